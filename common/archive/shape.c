/*
 * shape.c
 *	  What has become of the columns that kept rows had.
 *
 * A column is known by its number, which the row has by its shape.  Where it is
 * not certain that a column is the same, and takes its values as they were, the
 * row does not return.
 */
#include "common/archive/shape.h"

#include <string.h>

#include "common/core/json.h"
#include "common/row/exact.h"

/* Columns of archive/changes.sql. */
enum
{
	C_CHANGE,
	C_OLD,
	C_NEW,
	C_BEFORE,
	C_NOW
};

#define VALUES_HINT                                                         \
	"dbarchive_deleted() returns the values of the row, to be inserted by " \
	"hand."

dbc_archive_target
dbc_archive_find_target(dbc_host *host, const char *name, int64_t shape)
{
	dbc_archive_target target = {.name = name, .shape = shape};
	const dbc_rows *rows =
		dbc_query(host, "archive/shape_table", dbc_text(name), dbc_int(shape));
	const char *found = dbc_get_text_or_null(host, rows, 0, 0);

	if (!found)
		return target;
	target.table = dbc_resolve(host, found);
	dbc_archive_note_shape(host, target.table);
	target.changes = dbc_query(
		host, "archive/changes", dbc_int(shape), dbc_text(target.table->schema),
		dbc_text(target.table->name), dbc_bool(dbc_get_bool(host, rows, 0, 1)));
	return target;
}

/* Whether a change is of a kind. */
static bool
is(dbc_host *host, const dbc_archive_target *target, int i, const char *kind)
{
	const char *change =
		dbc_get_text_or_null(host, target->changes, i, C_CHANGE);

	return change && dbc_same(change, kind);
}

/* Why a column no longer takes the values that it had; NULL if it does. */
static const char *
problem_of(dbc_host *host, const dbc_archive_target *target, int i)
{
	const dbc_rows *rows = target->changes;
	const char *shown = target->table->shown;
	const char *old = dbc_get_text_or_null(host, rows, i, C_OLD);
	const char *name = old ? old : dbc_get_text(host, rows, i, C_NEW);
	const char *before = dbc_get_text_or_null(host, rows, i, C_BEFORE);
	const char *now = dbc_get_text_or_null(host, rows, i, C_NOW);

	if (is(host, target, i, "gone"))
		return dbc_format(host, "column %s of table %s no longer exists", name,
						  shown);
	if (is(host, target, i, "replaced"))
		return dbc_format(host,
						  "column %s of table %s was dropped, and another one "
						  "created under its name",
						  name, shown);
	if (is(host, target, i, "uncertain"))
		return dbc_format(host,
						  "column %s of table %s may have been dropped and "
						  "created again while deleted rows were not kept",
						  name, shown);
	if (is(host, target, i, "unknown"))
		return dbc_format(host,
						  "column %s was added to table %s, and its value for "
						  "the row is not known",
						  name, shown);
	if (is(host, target, i, "foreign"))
		return dbc_format(host,
						  "table %s was created since, with column %s, which "
						  "the table of the row did not have",
						  shown, name);
	if (is(host, target, i, "type"))
		return dbc_format(host, "column %s of table %s was %s and is now %s",
						  name, shown, before, now);
	if (is(host, target, i, "labels"))
		return dbc_format(
			host, "labels of the type of column %s of table %s were renamed",
			name, shown);
	if (is(host, target, i, "changed"))
		return dbc_format(host,
						  "values of column %s of table %s may have been "
						  "changed since by ALTER TABLE%s",
						  name, shown,
						  dbc_same(before, now)
							  ? ""
							  : dbc_format(host, " (%s, now %s)", before, now));
	return NULL;
}

void
dbc_archive_require_columns(dbc_host *host, const dbc_archive_target *target)
{
	if (!target->table)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Create the table again, with the same columns, then restore "
				 "the rows.",
				 "table %s no longer exists", target->name);
	/* first what is certain */
	for (int i = 0; i < 2 * target->changes->nrows; i++)
	{
		int column = i % target->changes->nrows;
		const char *problem = i == column && !is(host, target, column, "gone")
								  ? NULL
								  : problem_of(host, target, column);

		if (problem)
			dbc_fail(host, DBC_NOT_READY, NULL, VALUES_HINT, "%s", problem);
	}
}

const char *
dbc_archive_new_names(dbc_host *host, const dbc_archive_target *target)
{
	dbc_json_node *names = dbc_json_object(host);

	for (int i = 0; i < target->changes->nrows; i++)
		if (is(host, target, i, "renamed"))
			dbc_json_put_text(names,
							  dbc_get_text(host, target->changes, i, C_OLD),
							  dbc_get_text(host, target->changes, i, C_NEW));
	return dbc_json_length(names) > 0 ? dbc_json_text(names) : NULL;
}

const char *
dbc_archive_added(dbc_host *host, const dbc_archive_target *target)
{
	dbc_buffer added;

	dbc_buffer_init(&added, host);
	for (int i = 0; i < target->changes->nrows; i++)
	{
		const char *value =
			dbc_get_text_or_null(host, target->changes, i, C_NOW);

		/* on SQLite the row is inserted without it */
		if (!value || !is(host, target, i, "added"))
			continue;
		dbc_append(&added, added.length > 0 ? ", " : "{");
		dbc_json_append_string(&added,
							   dbc_get_text(host, target->changes, i, C_NEW));
		dbc_append_format(&added, ": %s", value);
	}
	if (added.length == 0)
		return NULL;
	dbc_append(&added, "}");
	return added.data;
}

bool
dbc_archive_computes(dbc_host *host, const dbc_archive_target *target)
{
	for (int i = 0; i < target->changes->nrows; i++)
		if (is(host, target, i, "computed"))
			return true;
	return false;
}

/* The present name of a column; NULL if it no longer takes its values. */
static const char *
present_name(dbc_host *host, const dbc_archive_target *target, const char *name)
{
	for (int i = 0; i < target->changes->nrows; i++)
	{
		const char *old = dbc_get_text_or_null(host, target->changes, i, C_OLD);

		if (old && dbc_same(old, name))
			return problem_of(host, target, i)
					   ? NULL
					   : dbc_get_text(host, target->changes, i, C_NEW);
	}
	return NULL;
}

const char *
dbc_archive_rename_key(dbc_host *host, const dbc_archive_target *target,
					   const char *json)
{
	static const char *const tags[] = {
		"{\"real\": ", "{\"blob\": ", "{\"text\": "};
	const char *text = dbc_row_exact(host, json);

	/* a key of one column has no name, but may be a value with its type */
	for (int i = 0; i < 3; i++)
		if (dbc_starts_with(text, tags[i]) && !strchr(text, ','))
			return text;
	return dbc_archive_rename(host, target, json);
}

const char *
dbc_archive_rename(dbc_host *host, const dbc_archive_target *target,
				   const char *json)
{
	const char *text = dbc_row_exact(host, json);
	const char *problem;
	const dbc_json_item *object =
		dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	const dbc_json_item *key = object + 1;
	dbc_json_node *renamed = dbc_json_object(host);

	/* a key of one column has no name */
	if (!object || object->kind != DBC_I_OBJECT)
		return text;
	for (uint32_t i = 0; i < object->length; i++)
	{
		const dbc_json_item *member = dbc_json_next(key);
		const char *name =
			present_name(host, target, dbc_json_string(host, key));
		const char *value = dbc_json_value_text(host, member);
		dbc_value cell = !value							? dbc_null()
						 : member->kind == DBC_I_STRING ? dbc_text(value)
														: dbc_json(value);

		if (!name)
			return NULL;
		dbc_json_put_value(renamed, name, &cell);
		key = dbc_json_next(member);
	}
	return dbc_json_text(renamed);
}
