-- migrate:up
create table product (
	product_id integer primary key,
	sku text not null unique,
	title text not null,
	price_cents integer not null check (price_cents >= 0)
);

-- migrate:down
drop table product;
