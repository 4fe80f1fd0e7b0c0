create table accounts (
  id uuid primary key default gen_random_uuid(),
  email text not null check (length(email) <= 254),
  password_hash text not null,
  created_at timestamptz not null default clock_timestamp()
);

create unique index accounts_email on accounts (lower(email));

create table vehicles (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references accounts (id),
  vin text not null check (vin ~ '^[A-HJ-NPR-Z0-9]{17}$'),
  make text,
  model text,
  year integer,
  nickname text,
  color text,
  license_plate text,
  odometer integer check (odometer >= 0),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);

-- A deleted vehicle may be added again.
create unique index vehicles_vin_once_an_owner on vehicles (account_id, vin) where deleted_at is null;
create index vehicles_by_owner on vehicles (account_id, created_at, id) where deleted_at is null;
