/*
 * catalog.c
 *	  Relations of the catalog, asked for over the connection.  Without one no
 *	  objects of users are known but those that the scripts of the session make.
 *
 * The statements read catalogs and call nothing that locks a relation, so that
 * the analysis never waits.
 */
#include "wire/lint/catalog.h"

#include <strings.h>

#include "catalog/pg_constraint.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"

#include "common/core/json_write.h"
#include "common/core/text.h"

/* ---- settings ---- */

/* Of the script. */
static struct
{
	dbc_host *host;	  /* of the connection, or NULL */
	const char *path; /* where names are looked up, as an array of OIDs */
	char schema[NAMEDATALEN]; /* where objects are created; "": none is known */
	bool utc;				  /* the time zone is UTC */
} settings;

/* Whether a time zone always has the offset zero. */
static bool
is_utc_name(const char *zone)
{
	static const char *const names[] = {"UTC", "UCT", "GMT", "Zulu",
										"Universal"};

	if (strncasecmp(zone, "etc/", strlen("etc/")) == 0)
		zone += strlen("etc/");
	for (size_t i = 0; i < lengthof(names); i++)
		if (strcasecmp(zone, names[i]) == 0)
			return true;
	return false;
}

/* Reads the schemas of a search path, a JSON array of arrays with a name; sets
 * *zone to the time zone of the user. */
static void
read_path(const char *path, const char **zone)
{
	dbc_host *host = settings.host;
	const dbc_rows *rows = dbc_query(host, "lint/path", dbc_text(path));
	const char *schema = dbc_get_text_or_null(host, rows, 0, 1);

	settings.path = dbc_get_text(host, rows, 0, 0);
	snprintf(settings.schema, sizeof(settings.schema), "%s",
			 schema ? schema : "");
	*zone = dbc_get_text(host, rows, 0, 2);
}

void
dbcw_begin_settings(dbc_host *host, const char *path)
{
	const char *zone = "";

	settings.host = host;
	settings.path = "{}";
	strcpy(settings.schema, "public");
	if (host)
		read_path(path, &zone);
	settings.utc = is_utc_name(zone);
}

bool
dbcw_is_utc(void)
{
	return settings.utc;
}

bool
dbcw_has_database(void)
{
	return settings.host;
}

const dbc_rows *
dbcw_ask(const char *statement, const dbc_value *args, int nargs)
{
	static const dbc_rows none = {.nrows = 0};

	return settings.host
			   ? dbc_query_array(settings.host, statement, args, nargs)
			   : &none;
}

dbc_value
dbcw_path(void)
{
	return dbc_text(settings.path);
}

/* The text of a constant, or NULL. */
static const char *
text_of(const Node *node)
{
	const A_Const *constant = (const A_Const *) node;

	return IsA(node, A_Const) && !constant->isnull &&
				   IsA(&constant->val, String)
			   ? strVal(&constant->val)
			   : NULL;
}

/* Without a database the first schema of users is taken to exist: an earlier
 * script, or another tool, has created it. */
static void
set_schema(List *path)
{
	dbc_json_node *names;
	ListCell *cell;
	const char *zone;

	*settings.schema = '\0';
	if (settings.host)
	{
		names = dbc_json_array(settings.host);
		foreach (cell, path)
		{
			dbc_json_node *parts = dbc_json_array(settings.host);
			const char *name = text_of(lfirst(cell));

			dbc_json_push_text(parts, name ? name : "");
			dbc_json_push(names, parts);
		}
		read_path(dbc_json_text(names), &zone);
		return;
	}
	foreach (cell, path)
	{
		const char *name = text_of(lfirst(cell));

		if (name && *name && *name != '$' &&
			strncmp(name, "pg_", strlen("pg_")) != 0)
		{
			snprintf(settings.schema, sizeof(settings.schema), "%s", name);
			return;
		}
	}
}

void
dbcpg_lint_catalog_apply_setting(const VariableSetStmt *statement)
{
	const char *zone;

	if (statement->kind != VAR_SET_VALUE)
		return;
	if (strcmp(statement->name, "search_path") == 0)
		set_schema(statement->args);
	else if (strcasecmp(statement->name, "timezone") == 0)
	{
		zone = text_of(linitial(statement->args));
		settings.utc = zone && is_utc_name(zone);
	}
}

const char *
dbcpg_lint_catalog_default_schema(void)
{
	return *settings.schema ? settings.schema : NULL;
}

/* ---- text ---- */

const char *
dbcpg_lint_catalog_copy(dbc_host *host, const char *text)
{
	return dbc_copy(host, text, strlen(text));
}

const char *
dbcpg_from_core(const char *text)
{
	return text;
}

/* The command as PostgreSQL calls it, found by its words. */
const char *
dbcpg_lint_catalog_tag(const Node *node, const dbc_statement *statement)
{
	static const char suffix[] = " CONCURRENTLY";
	size_t length = strlen(statement->command);

	(void) node;
	return dbc_ends_with(statement->command, suffix)
			   ? pnstrdup(statement->command, length - strlen(suffix))
			   : statement->command;
}

/* ---- answers ---- */

/* The number in a row and column of an answer. */
static int64
number_at(const dbc_rows *rows, int row, int column)
{
	return dbc_get_int(settings.host, rows, row, column);
}

static const char *
text_at(const dbc_rows *rows, int row, int column)
{
	return dbc_get_text(settings.host, rows, row, column);
}

Oid
dbcw_first_oid(const dbc_rows *rows)
{
	return rows->nrows > 0 ? (Oid) number_at(rows, 0, 0) : InvalidOid;
}

List *
dbcw_oids_of(const dbc_rows *rows)
{
	List *oids = NIL;

	for (int i = 0; i < rows->nrows; i++)
		oids = lappend_oid(oids, (Oid) number_at(rows, i, 0));
	return oids;
}

dbc_value
dbcw_array_of(List *oids)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, oids)
		appendStringInfo(&text, "%c%u", text.len ? ',' : '{', lfirst_oid(cell));
	appendStringInfoString(&text, text.len ? "}" : "{}");
	return dbc_text(text.data);
}

dbc_value
dbcw_schema_of(List *names)
{
	return list_length(names) > 1
			   ? dbc_text(strVal(list_nth(names, list_length(names) - 2)))
			   : dbc_null();
}

/* ---- relations ---- */

Oid
dbcpg_lint_catalog_find_relation(const char *schema, const char *name)
{
	return dbcw_first_oid(DBCW_ASK("lint/find_relation",
								   schema ? dbc_text(schema) : dbc_null(),
								   dbc_text(name), dbcw_path()));
}

bool
dbcpg_lint_catalog_read_relation(dbc_host *host, Oid oid,
								 dbcpg_catalog_relation *relation)
{
	const dbc_rows *rows = DBCW_ASK("lint/relation", dbc_int(oid));

	if (rows->nrows == 0)
		return false;
	*relation = (dbcpg_catalog_relation){
		.kind = *text_at(rows, 0, 0),
		.persistence = *text_at(rows, 0, 1),
		.tablespace = (Oid) number_at(rows, 0, 2),
		.is_partition = dbc_get_bool(host, rows, 0, 3),
		.has_children = dbc_get_bool(host, rows, 0, 4),
		.foreign = dbc_get_text_or_null(host, rows, 0, 5),
		.measured = dbc_get_bool(host, rows, 0, 6),
		.rows = (double) number_at(rows, 0, 7),
		.bytes = number_at(rows, 0, 8),
		.table = (Oid) dbc_get_int_or(host, rows, 0, 9, InvalidOid)};
	return true;
}

const char *
dbcpg_lint_catalog_name(Oid oid, const char **schema)
{
	const dbc_rows *rows =
		DBCW_ASK("lint/relation_name", dbc_int(oid), dbcw_path());

	*schema = NULL;
	if (rows->nrows == 0)
		return NULL;
	*schema = dbc_get_text_or_null(settings.host, rows, 0, 1);
	return text_at(rows, 0, 0);
}

bool
dbcpg_lint_catalog_is_tablespace(Oid tablespace, const char *name)
{
	const dbc_rows *rows =
		DBCW_ASK("lint/tablespace", dbc_int(tablespace), dbc_text(name));

	return rows->nrows > 0 && dbc_get_bool(settings.host, rows, 0, 0);
}

Oid
dbcpg_lint_catalog_default_partition(Oid parent)
{
	return dbcw_first_oid(DBCW_ASK("lint/default_partition", dbc_int(parent)));
}

List *
dbcpg_lint_catalog_list_tree(Oid oid)
{
	return dbcw_oids_of(DBCW_ASK("lint/tree", dbc_int(oid)));
}

List *
dbcpg_lint_catalog_list_sequences(Oid table)
{
	return dbcw_oids_of(DBCW_ASK("lint/sequences", dbc_int(table)));
}

List *
dbcpg_lint_catalog_list_referencing(List *tables)
{
	return dbcw_oids_of(DBCW_ASK("lint/referencing", dbcw_array_of(tables)));
}

/* ---- columns, keys and indexes ---- */

bool
dbcpg_lint_catalog_read_column(Oid table, const char *name,
							   dbcpg_catalog_column *column)
{
	const dbc_rows *rows =
		DBCW_ASK("lint/column", dbc_int(table), dbc_text(name));

	if (rows->nrows == 0)
		return false;
	*column = (dbcpg_catalog_column){
		.type = (Oid) number_at(rows, 0, 0),
		.typmod = (int32) number_at(rows, 0, 1),
		.collation = (Oid) number_at(rows, 0, 2),
		.number = (AttrNumber) number_at(rows, 0, 3),
		.not_null = dbc_get_bool(settings.host, rows, 0, 4)};
	return true;
}

/* A name of an answer in a list. */
static Node *
name_at(const dbc_rows *rows, int row, int column)
{
	return (Node *) makeString(pstrdup(text_at(rows, row, column)));
}

List *
dbcpg_lint_catalog_read_key(Oid table)
{
	const dbc_rows *rows = DBCW_ASK("lint/partition_key", dbc_int(table));
	List *names = NIL;

	for (int i = 0; i < rows->nrows; i++)
		names = lappend(names, name_at(rows, i, 0));
	return names;
}

List *
dbcpg_lint_catalog_read_indexes(Oid table)
{
	const dbc_rows *rows = DBCW_ASK("lint/indexes", dbc_int(table));
	List *found = NIL;
	List *names = NIL;

	for (int i = 0; i < rows->nrows; i++)
	{
		names = lappend(names, name_at(rows, i, 1));
		if (i + 1 < rows->nrows &&
			number_at(rows, i, 0) == number_at(rows, i + 1, 0))
			continue;
		found = lappend(found, names);
		names = NIL;
	}
	return found;
}

bool
dbcpg_lint_catalog_keeps_indexes(Oid table, const dbcpg_catalog_column *column,
								 Oid type, const CollateClause *clause)
{
	dbc_value collation = dbc_null();

	if (clause) /* one with a schema is taken for another */
		collation = dbc_text(list_length(clause->collname) == 1
								 ? strVal(linitial(clause->collname))
								 : "");
	return DBCW_ASK("lint/rebuilt_indexes", dbc_int(table),
					dbc_int(column->number), dbc_int(type), collation,
					dbcw_path())
			   ->nrows == 0;
}

/* ---- constraints ---- */

/* The end of a node of a stored expression, which begins with a brace. */
static const char *
end_of_node(const char *node)
{
	int depth = 0;

	for (; *node; node++)
		if (*node == '\\' && node[1])
			node++;
		else if (*node == '{')
			depth++;
		else if (*node == '}' && --depth == 0)
			return node + 1;
	return node;
}

/* The names of the columns that a stored condition requires to be not null; the
 * rows from first on have the columns of its constraint. */
static List *
not_nulls_of(const char *node, const dbc_rows *rows, int first)
{
	static const char test[] = "{NULLTEST :arg {VAR :varno 1 :varattno ";
	static const char all[] = "{BOOLEXPR :boolop and :args (";
	List *names = NIL;
	int64 number;

	check_stack_depth();
	if (dbc_starts_with(node, all))
		for (node += strlen(all); *node == '{' || *node == ' '; node++)
		{
			if (*node == ' ')
				continue;
			names = list_concat(names, not_nulls_of(node, rows, first));
			node = end_of_node(node) - 1;
		}
	else if (dbc_starts_with(node, test) &&
			 dbc_starts_with(end_of_node(node + strlen("{NULLTEST :arg ")),
							 " :nulltesttype 1 :argisrow false"))
	{
		number = atoi(node + strlen(test));
		for (int i = first; i < rows->nrows &&
							number_at(rows, i, 0) == number_at(rows, first, 0);
			 i++)
			if (dbc_get_int_or(settings.host, rows, i, 6, 0) == number)
				names = list_make1(name_at(rows, i, 7));
	}
	return names;
}

/* The constraint of a row, yet without columns. */
static dbcpg_catalog_constraint *
constraint_at(const dbc_rows *rows, int row)
{
	const char *condition = dbc_get_text_or_null(settings.host, rows, row, 5);
	dbcpg_catalog_constraint *constraint = palloc(sizeof(*constraint));

	*constraint = (dbcpg_catalog_constraint){
		.oid = (Oid) number_at(rows, row, 0),
		.name = text_at(rows, row, 1),
		.type = *text_at(rows, row, 2),
		.valid = dbc_get_bool(settings.host, rows, row, 3),
		.not_nulls = condition ? not_nulls_of(condition, rows, row) : NIL,
		.compares = condition && (strstr(condition, "{OPEXPR ") ||
								  strstr(condition, "{SCALARARRAYOPEXPR ")),
		.other = (Oid) number_at(rows, row, 4)};
	return constraint;
}

List *
dbcpg_lint_catalog_read_constraints(Oid table)
{
	const dbc_rows *rows = DBCW_ASK("lint/constraints", dbc_int(table));
	dbcpg_catalog_constraint *constraint = NULL;
	List *found = NIL;

	for (int i = 0; i < rows->nrows; i++)
	{
		if (i == 0 || number_at(rows, i, 0) != number_at(rows, i - 1, 0))
		{
			constraint = constraint_at(rows, i);
			found = lappend(found, constraint);
		}
		if (!dbc_is_null(settings.host, rows, i, 7))
			constraint->columns =
				lappend(constraint->columns, name_at(rows, i, 7));
	}
	return found;
}

/* ---- dependencies ---- */

/* What is dropped with objects, or columns, of a catalog. */
static List *
list_dropped(Oid catalog, List *oids, int column, bool cascade)
{
	return dbcw_oids_of(DBCW_ASK("lint/dropped", dbc_int(catalog),
								 dbcw_array_of(oids), dbc_int(column),
								 dbc_bool(cascade)));
}

List *
dbcpg_lint_catalog_list_dropped(Oid catalog, Oid oid, int column, bool cascade)
{
	return OidIsValid(oid)
			   ? list_dropped(catalog, list_make1_oid(oid), column, cascade)
			   : NIL;
}

/* The schema or extension with a name, as a list. */
static List *
named(const char *type, List *names)
{
	return dbcw_oids_of(DBCW_ASK("lint/object", dbc_text(type),
								 dbc_text(strVal(llast(names)))));
}

List *
dbcpg_lint_catalog_list_dropped_by_name(ObjectType type, List *names)
{
	switch (type)
	{
		case OBJECT_SCHEMA:
			return list_dropped(NamespaceRelationId, named("schema", names), 0,
								true);
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			return dbcpg_lint_catalog_list_dropped(
				TypeRelationId, dbcw_named_type(names, false), 0, true);
		case OBJECT_EXTENSION:
			return list_dropped(ExtensionRelationId, named("extension", names),
								0, true);
		case OBJECT_FUNCTION:
			return list_dropped(ProcedureRelationId,
								dbcw_oids_of(dbcw_find_functions(names, -1)), 0,
								true);
		default:
			return NIL;
	}
}

List *
dbcpg_lint_catalog_list_constrained(Oid table, int column)
{
	List *constraints = dbcw_oids_of(
		DBCW_ASK("lint/constraints_on", dbc_int(table), dbc_int(column)));

	return constraints
			   ? list_dropped(ConstraintRelationId, constraints, 0, true)
			   : NIL;
}

List *
dbcpg_lint_catalog_list_of_domain(List *names)
{
	return dbcw_oids_of(
		DBCW_ASK("lint/users_of_type", dbc_int(dbcw_named_type(names, false))));
}
