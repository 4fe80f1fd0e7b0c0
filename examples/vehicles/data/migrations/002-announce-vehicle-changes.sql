-- Every writer announces whose vehicles changed, whatever program it is; caches listen (data/change-feed.ts).
create function announce_vehicle_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('vehicle_changes', coalesce(new.account_id, old.account_id)::text);
  return null;
end
$$;

create trigger vehicles_announce_change
  after insert or update or delete on vehicles
  for each row execute function announce_vehicle_change();
