-- What vPIC said of a VIN; a null vehicle means that it knows nothing of it.
create table vin_decodings (
  vin text primary key,
  vehicle jsonb,
  decoded_at timestamptz not null
);
