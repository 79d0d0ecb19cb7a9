-- Tenants, roles, users, and who may act for which tenant.
create table tenants (
	id {identity},
	slug text not null unique check (slug <> ''),
	name text not null check (name <> ''),
	status text not null default 'active' check (status in ('active', 'suspended')),
	settings jsonb not null default '{}'
		check ({postgresql:pg_catalog.jsonb_typeof(settings) = 'object'}{sqlite:case when json_valid(settings) then json_type(settings) = 'object' else 0 end}),
	created_at timestamptz not null default {now}
);

-- the same for all tenants
create table roles (
	id {identity},
	code text not null unique check (code <> ''),
	name text not null check (name <> ''),
	permissions jsonb not null default '[]'
		check ({postgresql:pg_catalog.jsonb_typeof(permissions) = 'array'}{sqlite:case when json_valid(permissions) then json_type(permissions) = 'array' else 0 end})
);

create table users (
	id {identity},
	tenant_id bigint not null references tenants (id) on delete cascade,
	login text not null check (login <> ''),
	name text not null, -- empty once it was anonymised
	email text check (email like '%_@_%'),
	role_id bigint not null references roles (id),
	password text check (password like '$scrypt$%'),
	status text not null default 'active' check (status in ('active', 'disabled')),
	disabled_at timestamptz,
	created_at timestamptz not null default {now},
	unique (tenant_id, login),
	unique (id, tenant_id), -- for foreign keys that must not leave the tenant
	check ((status = 'disabled') = (disabled_at is not null))
);
create index users_role on users (role_id);
create index users_disabled on users (disabled_at) where disabled_at is not null;

-- the role of PostgreSQL, or the actor on SQLite, that may act for a tenant
create table tenant_access (
	id {identity},
	login text not null check (login <> ''),
	tenant_slug text references tenants (slug) on update cascade on delete cascade, -- null: for all
	created_at timestamptz not null default {now},
	unique (login, tenant_slug)
);
create unique index tenant_access_all on tenant_access (login) where tenant_slug is null;
create index tenant_access_tenant on tenant_access (tenant_slug);
