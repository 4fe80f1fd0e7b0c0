-- What vPIC said of a VIN; a null vehicle means that it knows nothing of it.
create table vin_decodings (
  vin text primary key,
  -- json, not jsonb, keeps the order of the fields: an answer from here equals the first one to the byte.
  vehicle json,
  decoded_at timestamptz not null
);
