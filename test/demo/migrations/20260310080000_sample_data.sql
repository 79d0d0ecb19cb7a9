-- migrate:up
insert into customer (customer_id, email, name) values
	(1, 'ada@example.org', 'Ada'),
	(2, 'grace@example.org', 'Grace'),
	(3, 'linus@example.org', 'Linus');
insert into product (product_id, sku, title, price_cents) values
	(1, 'TEA-01', 'Green tea', 690),
	(2, 'MUG-07', 'Blue mug', 1250);

-- twenty thousand purchases, spread over the customers
with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
insert into purchase (purchase_id, customer_id) select i, 1 + i % 3 from n;
insert into purchase_item (purchase_id, product_id, quantity)
	select purchase_id, 1 + purchase_id % 2, 1 + purchase_id % 4 from purchase;

-- migrate:down
delete from purchase_item;
delete from purchase;
delete from product;
delete from customer;
