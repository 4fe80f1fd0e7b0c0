create table accounts (
  id uuid primary key default gen_random_uuid(),
  email text not null check (length(email) <= 254),
  name text not null,
  bio text,
  password_hash text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

create unique index accounts_email on accounts (lower(email));
