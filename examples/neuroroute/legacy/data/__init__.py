"""PostgreSQL and Redis. The schema is that of data/migrations, which this face does not apply."""
