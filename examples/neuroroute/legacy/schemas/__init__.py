"""What crosses the wire, as Pydantic models: only the edge knows them."""
