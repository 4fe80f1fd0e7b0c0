-- Counts that a crash may lose are not worth a write-ahead log.
create unlogged table rate_limits (
  key text primary key,
  hits integer not null,
  ends_at timestamptz not null
);

create index rate_limits_by_end on rate_limits (ends_at);
