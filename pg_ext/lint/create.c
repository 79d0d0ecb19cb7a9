/*
 * create.c
 *	  Statements that create tables, columns and constraints.
 */
#include "pg_ext/lint/analysis.h"

#include "nodes/nodeFuncs.h"

/* ---- session state ---- */

/* Records a column added by a script. */
static void
record_column(dbcpg_lint_analyzer *r, dbc_lint_object *table, const char *name,
			  const dbcpg_lint_column_type *type, bool not_null)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);
	dbcpg_lint_column *column = dbc_alloc(r->host, sizeof(*column));

	*column = (dbcpg_lint_column){.next = relation->columns,
								  .name = name,
								  .type = type->text,
								  .known = {.type = type->oid,
											.typmod = type->typmod,
											.not_null = not_null}};
	relation->columns = column;
}

/* ---- constraints ---- */

/* The verb for a type of constraint; false if no rule is about it. */
static bool
verb_of(ConstrType type, dbc_lint_verb *verb, char *catalog_type)
{
	static const struct
	{
		ConstrType type;
		dbc_lint_verb verb;
		char catalog_type;
	} verbs[] = {
		{CONSTR_CHECK, DBC_V_ADD_CHECK, CONSTRAINT_CHECK},
		{CONSTR_UNIQUE, DBC_V_ADD_UNIQUE, CONSTRAINT_UNIQUE},
		{CONSTR_PRIMARY, DBC_V_ADD_PRIMARY_KEY, CONSTRAINT_PRIMARY},
		{CONSTR_EXCLUSION, DBC_V_ADD_EXCLUSION, CONSTRAINT_EXCLUSION},
		{CONSTR_FOREIGN, DBC_V_ADD_FOREIGN_KEY, CONSTRAINT_FOREIGN},
	};

	for (size_t i = 0; i < lengthof(verbs); i++)
		if (verbs[i].type == type)
		{
			*verb = verbs[i].verb;
			*catalog_type = verbs[i].catalog_type;
			return true;
		}
	return false;
}

/* The columns of an exclusion constraint; "" for an expression. */
static const char *const *
excluded_columns(dbcpg_lint_analyzer *r, List *exclusions)
{
	const char **columns = dbc_alloc(
		r->host, ((size_t) list_length(exclusions) + 1) * sizeof(*columns));
	ListCell *cell;
	int n = 0;

	foreach (cell, exclusions)
	{
		const IndexElem *element = linitial(lfirst(cell));

		columns[n++] =
			element->name ? dbcpg_lint_copy_text(r, element->name) : "";
	}
	return columns;
}

/* The columns of a constraint. */
static const char *const *
constraint_columns(dbcpg_lint_analyzer *r, const Constraint *constraint,
				   const char *column)
{
	const char **one;

	if (column)
	{
		one = dbc_alloc(r->host, 2 * sizeof(*one));
		one[0] = column;
		return one;
	}
	if (constraint->contype == CONSTR_EXCLUSION)
		return excluded_columns(r, constraint->exclusions);
	if (constraint->contype == CONSTR_CHECK)
		return dbcpg_lint_copy_names(
			r, dbcpg_lint_find_columns(constraint->raw_expr));
	return dbcpg_lint_copy_names(r, constraint->contype == CONSTR_FOREIGN
										? constraint->fk_attrs
										: constraint->keys);
}

/* ADD CONSTRAINT ... NOT NULL, new in PostgreSQL 18. */
static void
read_not_null(dbcpg_lint_analyzer *r, dbc_lint_object *table,
			  const Constraint *constraint, const char *command)
{
	const char *name =
		dbcpg_lint_copy_text(r, strVal(linitial(constraint->keys)));
	bool proven =
		constraint->skip_validation || dbcpg_lint_is_not_null(r, table, name);
	dbc_lint_operation *operation =
		dbcpg_lint_add_operation(r, DBC_V_SET_NOT_NULL, table, command);

	operation->column = name;
	operation->name = dbcpg_lint_copy_text(r, constraint->conname);
	if (proven)
		operation->flags |= DBC_OP_IMPLIED;
}

void
dbcpg_lint_analyze_constraint(dbcpg_lint_analyzer *r, dbc_lint_object *table,
							  const Constraint *constraint, const char *column,
							  unsigned flags, const char *command)
{
	const char *name = dbcpg_lint_copy_text(r, constraint->conname);
	const char *const *columns;
	dbc_lint_object *other = NULL;
	dbc_lint_operation *operation;
	dbc_lint_verb verb;
	char type;

	if (constraint->contype == CONSTR_NOTNULL && constraint->keys != NIL)
		read_not_null(r, table, constraint, command);
	if (!verb_of(constraint->contype, &verb, &type))
		return;
	if (constraint->pktable)
		other = dbcpg_lint_find_object(r, constraint->pktable, "table");
	if (verb == DBC_V_ADD_FOREIGN_KEY)
		dbcpg_lint_read_indexes(r, table);
	columns = constraint_columns(r, constraint, column);
	operation = dbcpg_lint_add_operation(r, verb, table, command);
	operation->flags = flags;
	operation->other = other;
	operation->name = name;
	operation->columns = columns;
	if (constraint->skip_validation)
		operation->flags |= DBC_OP_NOT_VALID;
	if (constraint->indexname)
	{
		operation->flags |= DBC_OP_USING_INDEX;
		operation->new_name = dbcpg_lint_copy_text(r, constraint->indexname);
	}
	if (verb == DBC_V_ADD_CHECK || verb == DBC_V_ADD_EXCLUSION)
		operation->text =
			dbcpg_lint_text_in_parentheses(r, constraint->location);
	dbcpg_lint_record_constraint(
		r, table,
		&(dbcpg_lint_constraint){
			.name = name ? name : "",
			.type = type,
			/* a new table has no rows to check */
			.valid = !constraint->skip_validation || (flags & DBC_OP_INITIAL),
			.columns = columns,
			.not_nulls = dbcpg_lint_copy_names(
				r, constraint->contype == CONSTR_CHECK
					   ? dbcpg_lint_find_not_nulls(constraint->raw_expr)
					   : NIL),
			.compares = constraint->contype == CONSTR_CHECK &&
						dbcpg_lint_compares_values(constraint->raw_expr),
			.other = other});
}

/* ---- columns ---- */

/* The flags of a column that its constraint implies. */
static unsigned
flags_of(const Constraint *constraint)
{
	switch (constraint->contype)
	{
		case CONSTR_NOTNULL:
			return DBC_OP_NOT_NULL;
		case CONSTR_DEFAULT:
			return DBC_OP_DEFAULT |
				   (dbcpg_lint_is_volatile(constraint->raw_expr)
						? DBC_OP_VOLATILE
						: 0);
		case CONSTR_IDENTITY:
			return DBC_OP_IDENTITY | DBC_OP_NOT_NULL;
		case CONSTR_GENERATED:
			return dbcpg_makes_virtual_column(constraint) ? DBC_OP_VIRTUAL
														  : DBC_OP_STORED;
		case CONSTR_CHECK:
			return DBC_OP_CHECKED;
		case CONSTR_PRIMARY:
			return DBC_OP_PRIMARY | DBC_OP_NOT_NULL;
		case CONSTR_UNIQUE:
			return DBC_OP_UNIQUE;
		case CONSTR_FOREIGN:
			return DBC_OP_REFERENCES;
		default:
			return 0;
	}
}

/* The text of a column default, or NULL. */
static const char *
default_text(dbcpg_lint_analyzer *r, const ColumnDef *column)
{
	ListCell *cell;

	foreach (cell, column->constraints)
	{
		const Constraint *constraint = lfirst_node(Constraint, cell);

		if (constraint->contype == CONSTR_DEFAULT)
			return dbcpg_lint_text_after(r, "default", constraint->location);
		if (constraint->contype == CONSTR_GENERATED)
			return dbcpg_lint_text_in_parentheses(r, constraint->location);
	}
	return NULL;
}

void
dbcpg_lint_analyze_column(dbcpg_lint_analyzer *r, dbc_lint_object *table,
						  const ColumnDef *column, unsigned flags,
						  const char *command)
{
	const char *name = dbcpg_lint_copy_text(r, column->colname);
	unsigned own = flags;
	dbcpg_lint_column_type type = {.typmod = -1};
	int first = r->noperations;
	dbc_lint_operation *operation;
	ListCell *cell;

	/* typed tables and CREATE TABLE AS give no types */
	if (column->typeName)
		type = dbcpg_lint_read_type(r, column->typeName);
	if (type.is_serial)
		own |= DBC_OP_SERIAL | DBC_OP_NOT_NULL;
	if (type.is_checked)
		own |= DBC_OP_CHECKED;
	foreach (cell, column->constraints)
		own |= flags_of(lfirst_node(Constraint, cell));
	operation = dbcpg_lint_add_operation(r, DBC_V_ADD_COLUMN, table, command);
	operation->flags = own;
	operation->column = name;
	operation->type = type.text;
	operation->text = default_text(r, column);
	record_column(r, table, name, &type, own & DBC_OP_NOT_NULL);
	/* constraints of the domain are checked for each row */
	if (type.is_checked)
		dbcpg_lint_add_tree_effect(r, table, r->alter_lock,
								   !(flags & DBC_OP_INITIAL), false);
	foreach (cell, column->constraints)
		dbcpg_lint_analyze_constraint(r, table, lfirst_node(Constraint, cell),
									  name, flags, command);
	/* all rows are null there, so there is nothing to check */
	for (; first < r->noperations && !(own & DBC_OP_DEFAULT); first++)
		if (r->operations[first].verb == DBC_V_ADD_FOREIGN_KEY)
			r->operations[first].flags |= DBC_OP_IMPLIED;
}

/* ---- CREATE TABLE ---- */

/* CREATE TABLE ... PARTITION OF: the effect on the parent. */
static void
read_partition(dbcpg_lint_analyzer *r, dbc_lint_object *table,
			   const CreateStmt *statement)
{
	dbc_lint_object *parent = dbcpg_lint_find_object(
		r, linitial_node(RangeVar, statement->inhRelations), "table");
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_ATTACH, parent, "CREATE TABLE ... PARTITION OF");

	operation->flags = DBC_OP_INITIAL;
	operation->other = table;
	operation->columns = dbcpg_lint_find_partition_key(r, parent);
	table->is_partition = true;
	dbcpg_lint_add_partition_effects(r, dbcpg_lint_get_relation(parent)->oid,
									 DBC_L_ACCESS_EXCLUSIVE,
									 !statement->partbound->is_default);
}

/* Relations that a new table inherits or copies columns from. */
static void
lock_sources(dbcpg_lint_analyzer *r, const CreateStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->inhRelations)
		dbcpg_lint_add_effect(
			r, dbcpg_lint_find_object(r, lfirst_node(RangeVar, cell), "table"),
			DBC_L_SHARE_UPDATE_EXCLUSIVE, false, false);
	foreach (cell, statement->tableElts)
		if (IsA(lfirst(cell), TableLikeClause))
			dbcpg_lint_add_effect(
				r,
				dbcpg_lint_find_object(
					r, lfirst_node(TableLikeClause, cell)->relation, "table"),
				DBC_L_ACCESS_SHARE, false, false);
}

void
dbcpg_lint_analyze_create(dbcpg_lint_analyzer *r, const CreateStmt *statement,
						  const char *type)
{
	dbc_lint_object *table = dbcpg_lint_find_created_object(
		r, statement->relation, type, statement->if_not_exists);
	dbc_lint_operation *operation =
		dbcpg_lint_add_operation(r, DBC_V_CREATE, table, "CREATE TABLE");
	ListCell *cell;

	if (statement->if_not_exists)
		operation->flags |= DBC_OP_IF_EXISTS;
	if (!dbc_lint_is_created_here(r->session, table))
		return;
	if (statement->partspec)
	{
		table->partitioned = true;
		dbcpg_lint_record_partition_key(r, table, statement->partspec);
	}
	foreach (cell, statement->tableElts)
		if (IsA(lfirst(cell), ColumnDef))
			dbcpg_lint_analyze_column(r, table, lfirst(cell), DBC_OP_INITIAL,
									  "CREATE TABLE");
		else if (IsA(lfirst(cell), Constraint))
			dbcpg_lint_analyze_constraint(r, table, lfirst(cell), NULL,
										  DBC_OP_INITIAL, "CREATE TABLE");
	if (statement->partbound)
		read_partition(r, table, statement);
	else
		lock_sources(r, statement);
}

void
dbcpg_lint_analyze_create_as(dbcpg_lint_analyzer *r,
							 const CreateTableAsStmt *statement)
{
	bool is_view = statement->objtype == OBJECT_MATVIEW;
	const IntoClause *into = statement->into;
	dbc_lint_object *table = dbcpg_lint_find_created_object(
		r, into->rel, is_view ? "materialized view" : "table",
		statement->if_not_exists);
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_CREATE, table,
		is_view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS");

	operation->flags = DBC_OP_FROM_QUERY;
	if (statement->if_not_exists)
		operation->flags |= DBC_OP_IF_EXISTS;
	/* the rows of EXECUTE are unknown */
	if (IsA(statement->query, SelectStmt))
		dbcpg_lint_analyze_query(r, statement->query);
}
