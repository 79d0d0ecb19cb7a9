/*
 * diff_column.c
 *	  Adding and changing columns.
 */
#include "pg_ext/migrate/diff.h"

/* What follows a NOT NULL that children do not inherit (from 18 on). */
static const char *
no_inherit(const diff_side *side)
{
	return dbcpg_migrate_detail_is_true(side, "no_inherit") ? " NO INHERIT"
															: "";
}

const char *
dbcpg_migrate_column_clause(diff *d, const diff_node *column)
{
	static const struct
	{
		const char *start;
		const char *key;
	} parts[] = {{"", "collation"},
				 {"", "identity"},
				 {"DEFAULT ", "default"},
				 {"GENERATED ALWAYS AS ", "generated"}};
	const diff_side *side = &column->new;
	const diff_node *expression =
		dbcpg_migrate_find_node(d, "default", column->name);
	dbc_buffer clause;

	dbc_buffer_init(&clause, d->host);
	dbc_append(&clause, dbcpg_migrate_require_detail_text(d, side, "type"));
	dbcpg_migrate_append_options(&clause, side);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		const char *text = dbcpg_migrate_detail_text(side, parts[i].key);

		if (text && !(expression && expression->deferred &&
					  dbc_same(parts[i].key, "default")))
			dbc_append_format(&clause, " %s%s", parts[i].start, text);
	}
	if (dbcpg_migrate_detail_is_true(side, "not_null") &&
		!dbcpg_migrate_detail_text(side, "not_valid"))
		dbc_append_format(&clause, " NOT NULL%s", no_inherit(side));
	return clause.data;
}

/* Adds a NOT NULL that is not valid (from 18 on). */
static void
add_not_valid(diff *d, const diff_node *column)
{
	dbcpg_migrate_write_statement(
		d, "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s%s NOT VALID",
		column->new.object->parent,
		dbcpg_migrate_require_detail_text(d, &column->new, "not_valid"),
		dbcpg_migrate_unqualified_name(column->name), no_inherit(&column->new));
}

/* Writes ALTER TABLE ... ALTER COLUMN with an action in two parts. */
static void
alter(diff *d, const diff_node *column, const char *action, const char *rest)
{
	dbcpg_migrate_write_statement(
		d, "ALTER TABLE %s ALTER COLUMN %s %s%s", column->new.object->parent,
		dbcpg_migrate_unqualified_name(column->name), action, rest);
}

/* A text of a column before the change; a change of its origin has changed an
 * inherited column already. */
static const char *
text_before(const diff *d, const diff_node *column, const char *key)
{
	const diff_node *origin = column->new.origin;

	if (origin && origin->action == DIFF_ALTER &&
		!dbcpg_migrate_has_same_detail(origin, key) &&
		dbcpg_migrate_has_same_parents(d, column->new.holder))
		return dbcpg_migrate_detail_text(&origin->new, key);
	return dbcpg_migrate_detail_text(&column->old, key);
}

/* Whether two texts differ, or only one is there. */
static bool
differ(const char *left, const char *right)
{
	return left && right ? !dbc_same(left, right) : left != right;
}

/* Writes the changes of a column's storage. */
static void
write_storage(diff *d, const diff_node *column, const diff_side *before)
{
	const char *storage = dbcpg_migrate_detail_text(&column->new, "storage");
	const char *target = dbcpg_migrate_detail_text(&column->new, "statistics");
	const char *options = dbcpg_migrate_detail_text(&column->new, "options");

	if (differ(dbcpg_migrate_detail_text(before, "storage"), storage))
		alter(d, column, "SET STORAGE ",
			  storage ? storage
					  : dbcpg_migrate_require_detail_text(d, &column->new,
														  "default_storage"));
	if (differ(dbcpg_migrate_detail_text(before, "statistics"), target))
		alter(d, column, "SET STATISTICS ", target ? target : "-1");
	if (!differ(dbcpg_migrate_detail_text(before, "options"), options))
		return;
	if (dbcpg_migrate_detail_text(before, "options"))
		alter(d, column, "RESET (n_distinct, n_distinct_inherited)", "");
	if (options)
		alter(d, column, "SET ", options);
}

/* Writes the properties in which an inherited column differs from its origin.
 */
static void
write_own(diff *d, const diff_node *column)
{
	const diff_side *origin = &column->new.origin->new;
	const char *expression = dbcpg_migrate_detail_text(&column->new, "default");

	if (differ(dbcpg_migrate_detail_text(origin, "default"), expression))
		alter(d, column, expression ? "SET DEFAULT " : "DROP DEFAULT",
			  expression ? expression : "");
	if (dbcpg_migrate_detail_is_true(&column->new, "not_null") &&
		!dbcpg_migrate_detail_is_true(origin, "not_null"))
		alter(d, column, "SET NOT NULL", "");
}

void
dbcpg_migrate_write_column_rest(diff *d, const diff_node *column)
{
	static const diff_side nothing = {.object = NULL};

	if (column->new.origin)
		write_own(d, column);
	else if (dbcpg_migrate_detail_text(&column->new, "not_valid"))
		add_not_valid(d, column);
	write_storage(d, column, &nothing);
}

/* Whether adding a column fails on a table that has rows. */
static bool
fails_with_rows(const diff_node *column)
{
	const diff_side *side = &column->new;

	return dbcpg_migrate_detail_is_true(side, "not_null") &&
		   !dbcpg_migrate_detail_text(side, "not_valid") &&
		   !dbcpg_migrate_detail_text(side, "default") &&
		   !dbcpg_migrate_detail_text(side, "identity") &&
		   !dbcpg_migrate_detail_text(side, "generated");
}

/* Adds a column; its inherited copies are added with it. */
void
dbcpg_migrate_add_column(diff *d, const diff_node *column)
{
	const diff_list *users = &column->new.users;

	if (fails_with_rows(column))
		dbcpg_migrate_write_comment(
			d,
			"fails if there are rows: column %s of table %s has "
			"no default",
			dbcpg_migrate_unqualified_name(column->name),
			column->new.object->parent);
	dbcpg_migrate_write_statement(d, "ALTER TABLE %s ADD COLUMN %s %s",
								  column->new.object->parent,
								  dbcpg_migrate_unqualified_name(column->name),
								  dbcpg_migrate_column_clause(d, column));
	dbcpg_migrate_write_column_rest(d, column);
	for (int i = 0; i < users->count; i++)
		if (users->items[i]->new.origin == column &&
			users->items[i] !=
				column &&dbcpg_migrate_find_creating_node(d, users->items[i]) ==
				column)
			dbcpg_migrate_write_column_rest(d, users->items[i]);
}

/* ---- changes ---- */

/* Writes the change of a column's type. */
static void
write_type(diff *d, const diff_node *column)
{
	const char *collation =
		dbcpg_migrate_detail_text(&column->new, "collation");

	dbcpg_migrate_comment_conversion(d, column);
	alter(d, column, "TYPE ",
		  dbc_format(d->host, "%s%s%s%s",
					 dbcpg_migrate_require_detail_text(d, &column->new, "type"),
					 collation ? " " : "", collation ? collation : "",
					 dbcpg_migrate_using_clause(d, column)));
}

/* Writes the change of an identity column that stays one. */
static void
write_identity(diff *d, const diff_node *column)
{
	static const char always[] = "GENERATED ALWAYS";

	alter(d, column, "SET ",
		  dbc_format(
			  d->host, "%s %s",
			  dbc_starts_with(
				  dbcpg_migrate_detail_text(&column->new, "identity"), always)
				  ? always
				  : "GENERATED BY DEFAULT",
			  dbcpg_migrate_require_detail_text(d, &column->new,
												"identity_options")));
}

/* Whether the ALTER of its origin has changed the type of an inherited column.
 */
static bool
is_retyped_by_origin(const diff *d, const diff_node *column)
{
	const diff_node *origin = column->new.origin;

	return origin && origin->retyped &&
		   dbcpg_migrate_has_same_parents(d, column->new.holder);
}

/* Writes a valid NOT NULL; SET NOT NULL validates one that is not valid. */
static void
set_not_null(diff *d, const diff_node *column, bool was_valid)
{
	if (!was_valid)
		dbcpg_migrate_write_comment(
			d, "fails if column %s of table %s is null",
			dbcpg_migrate_unqualified_name(column->name),
			column->new.object->parent);
	if (*no_inherit(&column->new))
		dbcpg_migrate_write_statement(
			d, "ALTER TABLE %s ADD NOT NULL %s NO INHERIT",
			column->new.object->parent,
			dbcpg_migrate_unqualified_name(column->name));
	else
		alter(d, column, "SET NOT NULL", "");
}

/* Writes the change of whether a column may be null. */
static void
write_not_null(diff *d, const diff_node *column)
{
	const char *before = text_before(d, column, "not_null");
	bool was = before && dbc_same(before, "true");
	bool was_valid = was && !text_before(d, column, "not_valid");
	bool is = dbcpg_migrate_detail_is_true(&column->new, "not_null");
	bool is_valid = is && !dbcpg_migrate_detail_text(&column->new, "not_valid");
	bool was_own = *no_inherit(&column->old) != '\0';
	bool is_own = *no_inherit(&column->new) != '\0';
	bool drop = was && (!is || (was_valid && !is_valid) || was_own != is_own ||
						(is_own && !was_valid && is_valid));

	if (drop)
		alter(d, column, "DROP NOT NULL", "");
	if (is_valid && (drop || !was_valid))
		set_not_null(d, column, was_valid);
	else if (is && !is_valid && (drop || !was))
		add_not_valid(d, column);
}

/* Writes the change of a column; its default is a node of its own. */
void
dbcpg_migrate_alter_column(diff *d, const diff_node *column)
{
	const char *identity = dbcpg_migrate_detail_text(&column->new, "identity");
	bool was_identity =
		dbcpg_migrate_detail_text(&column->old, "identity") != NULL;

	if (was_identity && !identity)
		alter(d, column, "DROP IDENTITY", "");
	if (dbcpg_migrate_detail_text(&column->old, "generated") &&
		!dbcpg_migrate_detail_text(&column->new, "generated"))
		alter(d, column, "DROP EXPRESSION", "");
	if (column->retyped && !is_retyped_by_origin(d, column))
		write_type(d, column);
	write_not_null(d, column);
	if (identity && !was_identity)
		alter(d, column, "ADD ", identity);
	else if (identity && !dbcpg_migrate_has_same_detail(column, "identity"))
		write_identity(d, column);
	write_storage(d, column, &column->old);
	dbcpg_migrate_alter_options(
		d, column,
		dbc_format(d->host, "ALTER FOREIGN TABLE %s ALTER COLUMN %s",
				   column->new.object->parent,
				   dbcpg_migrate_unqualified_name(column->name)));
}
