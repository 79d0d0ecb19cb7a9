-- migrate:up
create table purchase (
	purchase_id integer primary key,
	customer_id integer not null references customer (customer_id),
	placed_at text not null default current_timestamp
);
create index purchase_customer_id_idx on purchase (customer_id);

create table purchase_item (
	purchase_id integer not null references purchase (purchase_id) on delete cascade,
	product_id integer not null references product (product_id),
	quantity integer not null default 1 check (quantity > 0),
	primary key (purchase_id, product_id)
);
create index purchase_item_product_id_idx on purchase_item (product_id);

-- migrate:down
drop table purchase_item;
drop table purchase;
