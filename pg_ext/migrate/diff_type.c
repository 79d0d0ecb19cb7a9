/*
 * diff_type.c
 *	  Types and domains: changed in place, or created again under the old
 *	  name.
 */
#include "pg_ext/migrate/diff.h"

/* The index of a text in a list, searched from an index on, or -1. */
static int
find_item(const diff_detail *list, const char *text, int from)
{
	for (int i = from; i < list->nitems; i++)
		if (dbc_same(list->items[i], text))
			return i;
	return -1;
}

/* Whether all items of a list are in another one, in the same order. */
static bool
is_part_of(const diff_detail *some, const diff_detail *all)
{
	int at = -1;

	for (int i = 0; i < some->nitems; i++)
	{
		at = find_item(all, some->items[i], at + 1);
		if (at < 0)
			return false;
	}
	return true;
}

/* Whether a step may use a label that the enum gets: an error in the
 * transaction that adds the label. */
static bool
uses_new_label(const diff_node *type)
{
	const diff_detail *old = dbcpg_migrate_detail_items(&type->old, "labels");
	const diff_detail *new = dbcpg_migrate_detail_items(&type->new, "labels");

	for (int i = 0; i < type->new.users.count; i++)
	{
		const diff_node *user = type->new.users.items[i];

		if (user->old.object && dbc_same(user->old.object->definition,
										 user->new.object->definition))
			continue;
		for (int j = 0; j < new->nitems; j++)
			if (find_item(old, new->items[j], 0) < 0 &&
				strstr(user->new.object->definition, new->items[j]))
				return true;
	}
	return false;
}

/* Whether a row type only loses attributes and gets new ones at its end. */
static bool
can_alter_attributes(const diff_node *type)
{
	const diff_detail *old =
		dbcpg_migrate_detail_items(&type->old, "attributes");
	const diff_detail *new =
		dbcpg_migrate_detail_items(&type->new, "attributes");
	int at = 0;

	for (int i = 0; i < old->nitems && at < new->nitems; i++)
		if (dbc_same(old->items[i], new->items[at]))
			at++;
	/* the remaining attributes are added, so they must be new */
	for (int i = 0; i < old->nitems; i++)
		if (find_item(new, old->items[i], at) >= 0)
			return false;
	return true;
}

/* Whether columns or types that stay use a type. */
static bool
is_in_use(const diff_node *type)
{
	for (int i = 0; i < type->old.users.count; i++)
	{
		const diff_node *user = type->old.users.items[i];

		if (user->new.object &&
			(user->kind == DIFF_COLUMN || user->kind == DIFF_TYPE ||
			 user->kind == DIFF_DOMAIN))
			return true;
	}
	return false;
}

/* Whether a changed type is altered in place, or cannot be created again. */
bool
dbcpg_migrate_can_alter_type(const diff_node *type)
{
	const char *kind = dbcpg_migrate_detail_text(&type->new, "kind");

	if (!kind || !dbcpg_migrate_has_same_detail(type, "kind"))
		return false;
	if (dbc_same(kind, "e"))
		return is_part_of(dbcpg_migrate_detail_items(&type->old, "labels"),
						  dbcpg_migrate_detail_items(&type->new, "labels")) &&
			   !uses_new_label(type);
	if (dbc_same(kind, "c"))
		return can_alter_attributes(type);
	/* renaming a range type does not rename its functions */
	return is_in_use(type);
}

/* Adds labels to an enum, each before the old one that follows it. */
static void
add_labels(diff *d, const diff_node *type)
{
	const diff_detail *old = dbcpg_migrate_detail_items(&type->old, "labels");
	const diff_detail *new = dbcpg_migrate_detail_items(&type->new, "labels");
	int next;

	for (int i = 0; i < new->nitems; i++)
	{
		if (find_item(old, new->items[i], 0) >= 0)
			continue;
		next = i + 1;
		while (next < new->nitems && find_item(old, new->items[next], 0) < 0)
			next++;
		if (next < new->nitems)
			dbcpg_migrate_write_statement(
				d, "ALTER TYPE %s ADD VALUE %s BEFORE %s", type->name,
				new->items[i], new->items[next]);
		else
			dbcpg_migrate_write_statement(d, "ALTER TYPE %s ADD VALUE %s",
										  type->name, new->items[i]);
	}
}

/* Drops and adds attributes of a row type. */
static void
alter_attributes(diff *d, const diff_node *type)
{
	const diff_detail *old =
		dbcpg_migrate_detail_items(&type->old, "attributes");
	const diff_detail *new =
		dbcpg_migrate_detail_items(&type->new, "attributes");

	for (int i = 0; i < old->nitems; i++)
		if (find_item(new, old->items[i], 0) < 0)
		{
			const char *name = dbcpg_migrate_first_word(d, old->items[i]);

			dbcpg_migrate_comment_data_loss(
				d, "attribute", dbc_format(d->host, "%s.%s", type->name, name));
			dbcpg_migrate_write_statement(
				d, "ALTER TYPE %s DROP ATTRIBUTE %s CASCADE", type->name, name);
		}
	for (int i = 0; i < new->nitems; i++)
		if (find_item(old, new->items[i], 0) < 0)
			dbcpg_migrate_write_statement(
				d, "ALTER TYPE %s ADD ATTRIBUTE %s CASCADE", type->name,
				new->items[i]);
}

/* Writes the change of a type. */
void
dbcpg_migrate_alter_type(diff *d, const diff_node *type)
{
	const char *kind = dbcpg_migrate_detail_text(&type->new, "kind");

	if (kind && dbc_same(kind, "e"))
		add_labels(d, type);
	else if (kind && dbc_same(kind, "c"))
		alter_attributes(d, type);
	else
		dbcpg_migrate_comment_omitted(d, "change of", type);
}

/* Writes the change of a domain; its constraints have their own nodes. */
void
dbcpg_migrate_alter_domain(diff *d, const diff_node *domain)
{
	const char *expression = dbcpg_migrate_detail_text(&domain->new, "default");

	if (!dbcpg_migrate_has_same_detail(domain, "default"))
		dbcpg_migrate_write_statement(d, "ALTER DOMAIN %s %s%s", domain->name,
									  expression ? "SET DEFAULT "
												 : "DROP DEFAULT",
									  expression ? expression : "");
	if (!dbcpg_migrate_has_same_detail(domain, "not_null"))
		dbcpg_migrate_write_statement(
			d, "ALTER DOMAIN %s %s NOT NULL", domain->name,
			dbcpg_migrate_detail_is_true(&domain->new, "not_null") ? "SET"
																   : "DROP");
}

/* ---- types that are created again ---- */

/* The temporary name of a type, without its schema, while it is replaced. */
static const char *
swapped_part(diff *d, const diff_node *type)
{
	const char *part = dbcpg_migrate_unqualified_name(type->name);
	size_t length = strlen(part);

	/* no longer than the old name, so that it is not truncated */
	if (part[0] == '"')
		return dbc_format(d->host, "\"%.*s \"",
						  (int) (length < 62 ? length - 2 : 60), part + 1);
	return dbc_format(d->host, "\"%.*s \"", (int) (length < 60 ? length : 60),
					  part);
}

void
dbcpg_migrate_rename_type(diff *d, const diff_node *type)
{
	const char *kind = type->kind == DIFF_DOMAIN ? "DOMAIN" : "TYPE";

	dbcpg_migrate_write_statement(d, "ALTER %s %s RENAME TO %s", kind,
								  type->name, swapped_part(d, type));
}

void
dbcpg_migrate_drop_old_type(diff *d, const diff_node *type)
{
	int schema =
		(int) (dbcpg_migrate_unqualified_name(type->name) - type->name);

	dbcpg_migrate_write_statement(d, "DROP %s %.*s%s",
								  type->kind == DIFF_DOMAIN ? "DOMAIN" : "TYPE",
								  schema, type->name, swapped_part(d, type));
}
