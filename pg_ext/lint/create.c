/*
 * create.c
 *	  What statements do that make tables, columns and constraints.
 */
#include "pg_ext/lint/analysis.h"

#include "catalog/pg_constraint.h"
#include "nodes/nodeFuncs.h"

/* ---- what is remembered ---- */

/* Remembers a column that a script adds. */
static void
remember_column(dbcpg_reader *r, dbc_subject *table, const char *name,
				const dbcpg_type *type, bool not_null)
{
	dbcpg_relation *relation = dbcpg_relation_known(table);
	dbcpg_column *column = dbc_alloc(&r->host->base, sizeof(*column));

	*column = (dbcpg_column){.next = relation->columns,
							 .name = name,
							 .type = type->text,
							 .type_oid = type->oid,
							 .typmod = type->typmod,
							 .not_null = not_null};
	relation->columns = column;
}

/* ---- constraints ---- */

/* What a kind of constraint is to the rules; false: it is none of theirs. */
static bool
verb_of(ConstrType type, dbc_verb *verb, char *catalog_type)
{
	static const struct
	{
		ConstrType type;
		dbc_verb verb;
		char catalog_type;
	} verbs[] = {
		{CONSTR_CHECK, DBC_V_ADD_CHECK, CONSTRAINT_CHECK},
		{CONSTR_UNIQUE, DBC_V_ADD_UNIQUE, CONSTRAINT_UNIQUE},
		{CONSTR_PRIMARY, DBC_V_ADD_PRIMARY_KEY, CONSTRAINT_PRIMARY},
		{CONSTR_EXCLUSION, DBC_V_ADD_EXCLUSION, CONSTRAINT_EXCLUSION},
		{CONSTR_FOREIGN, DBC_V_ADD_FOREIGN_KEY, CONSTRAINT_FOREIGN},
	};
	size_t i;

	for (i = 0; i < lengthof(verbs); i++)
		if (verbs[i].type == type)
		{
			*verb = verbs[i].verb;
			*catalog_type = verbs[i].catalog_type;
			return true;
		}
	return false;
}

/* The columns of an exclusion constraint; an expression has no name. */
static const char *const *
excluded_columns(dbcpg_reader *r, List *exclusions)
{
	const char **columns =
		dbc_alloc(&r->host->base,
				  ((size_t) list_length(exclusions) + 1) * sizeof(*columns));
	ListCell *cell;
	int n = 0;

	foreach (cell, exclusions)
	{
		const IndexElem *element = linitial(lfirst(cell));

		columns[n++] = element->name ? dbcpg_keep(r, element->name) : "";
	}
	return columns;
}

/* The columns a constraint is on. */
static const char *const *
constraint_columns(dbcpg_reader *r, const Constraint *constraint,
				   const char *column)
{
	const char **one;

	if (column)
	{
		one = dbc_alloc(&r->host->base, 2 * sizeof(*one));
		one[0] = column;
		return one;
	}
	if (constraint->contype == CONSTR_EXCLUSION)
		return excluded_columns(r, constraint->exclusions);
	if (constraint->contype == CONSTR_CHECK)
		return dbcpg_keep_names(r, dbcpg_columns_of(constraint->raw_expr));
	return dbcpg_keep_names(r, constraint->contype == CONSTR_FOREIGN
								   ? constraint->fk_attrs
								   : constraint->keys);
}

/* ADD CONSTRAINT ... NOT NULL, which 18 has brought. */
static void
read_not_null(dbcpg_reader *r, dbc_subject *table, const Constraint *constraint,
			  const char *command)
{
	const char *name = dbcpg_keep(r, strVal(linitial(constraint->keys)));
	bool proven =
		constraint->skip_validation || dbcpg_is_not_null(r, table, name);
	dbc_deed *deed = dbcpg_deed(r, DBC_V_SET_NOT_NULL, table, command);

	deed->column = name;
	deed->name = dbcpg_keep(r, constraint->conname);
	if (proven)
		deed->flags |= DBC_DF_PROVEN;
}

void
dbcpg_read_constraint(dbcpg_reader *r, dbc_subject *table,
					  const Constraint *constraint, const char *column,
					  unsigned flags, const char *command)
{
	const char *name = dbcpg_keep(r, constraint->conname);
	const char *const *columns;
	dbc_subject *other = NULL;
	dbc_deed *deed;
	dbc_verb verb;
	char type;

	if (constraint->contype == CONSTR_NOTNULL && constraint->keys != NIL)
		read_not_null(r, table, constraint, command);
	if (!verb_of(constraint->contype, &verb, &type))
		return;
	if (constraint->pktable)
		other = dbcpg_named(r, constraint->pktable, "table");
	if (verb == DBC_V_ADD_FOREIGN_KEY)
		dbcpg_know_indexes(r, table);
	columns = constraint_columns(r, constraint, column);
	deed = dbcpg_deed(r, verb, table, command);
	deed->flags = flags;
	deed->other = other;
	deed->name = name;
	deed->columns = columns;
	if (constraint->skip_validation)
		deed->flags |= DBC_DF_NOT_VALID;
	if (constraint->indexname)
	{
		deed->flags |= DBC_DF_USING_INDEX;
		deed->new_name = dbcpg_keep(r, constraint->indexname);
	}
	if (verb == DBC_V_ADD_CHECK || verb == DBC_V_ADD_EXCLUSION)
		deed->text = dbcpg_text_in_parentheses(r, constraint->location);
	dbcpg_remember_constraint(
		r, table,
		&(dbcpg_constraint){
			.name = name ? name : "",
			.type = type,
			/* CREATE TABLE has no rows to check */
			.valid = !constraint->skip_validation || (flags & DBC_DF_INITIAL),
			.columns = columns,
			.not_nulls = dbcpg_keep_names(
				r, constraint->contype == CONSTR_CHECK
					   ? dbcpg_not_nulls_of(constraint->raw_expr)
					   : NIL),
			.compares = constraint->contype == CONSTR_CHECK &&
						dbcpg_compares(constraint->raw_expr),
			.other = other});
}

/* ---- columns ---- */

/* What a constraint that is written at a column says of the column. */
static unsigned
flags_of(const Constraint *constraint)
{
	switch (constraint->contype)
	{
		case CONSTR_NOTNULL:
			return DBC_DF_NOT_NULL;
		case CONSTR_DEFAULT:
			return DBC_DF_DEFAULT |
				   (dbcpg_is_volatile(constraint->raw_expr) ? DBC_DF_VOLATILE
															: 0);
		case CONSTR_IDENTITY:
			return DBC_DF_IDENTITY | DBC_DF_NOT_NULL;
		case CONSTR_GENERATED:
			return dbcpg_is_virtual_column(constraint) ? DBC_DF_VIRTUAL
													   : DBC_DF_STORED;
		case CONSTR_CHECK:
			return DBC_DF_CHECKED;
		case CONSTR_PRIMARY:
			return DBC_DF_PRIMARY | DBC_DF_NOT_NULL;
		case CONSTR_UNIQUE:
			return DBC_DF_UNIQUE;
		case CONSTR_FOREIGN:
			return DBC_DF_REFERENCES;
		default:
			return 0;
	}
}

/* The text of a column's default, or NULL. */
static const char *
default_text(dbcpg_reader *r, const ColumnDef *column)
{
	ListCell *cell;

	foreach (cell, column->constraints)
	{
		const Constraint *constraint = lfirst_node(Constraint, cell);

		if (constraint->contype == CONSTR_DEFAULT)
			return dbcpg_text_after(r, "default", constraint->location);
		if (constraint->contype == CONSTR_GENERATED)
			return dbcpg_text_in_parentheses(r, constraint->location);
	}
	return NULL;
}

void
dbcpg_read_column(dbcpg_reader *r, dbc_subject *table, const ColumnDef *column,
				  unsigned flags, const char *command)
{
	const char *name = dbcpg_keep(r, column->colname);
	unsigned own = flags;
	dbcpg_type type = {.typmod = -1};
	int first = r->ndeeds;
	dbc_deed *deed;
	ListCell *cell;

	/* a column of a typed table or of CREATE TABLE AS has none */
	if (column->typeName)
		type = dbcpg_read_type(r, column->typeName);
	if (type.is_serial)
		own |= DBC_DF_SERIAL | DBC_DF_NOT_NULL;
	if (type.is_checked)
		own |= DBC_DF_CHECKED;
	foreach (cell, column->constraints)
		own |= flags_of(lfirst_node(Constraint, cell));
	deed = dbcpg_deed(r, DBC_V_ADD_COLUMN, table, command);
	deed->flags = own;
	deed->column = name;
	deed->type = type.text;
	deed->text = default_text(r, column);
	remember_column(r, table, name, &type, own & DBC_DF_NOT_NULL);
	/* its constraints are checked row by row */
	if (type.is_checked)
		dbcpg_effect_on_tree(r, table, r->alter_lock, !(flags & DBC_DF_INITIAL),
							 false);
	foreach (cell, column->constraints)
		dbcpg_read_constraint(r, table, lfirst_node(Constraint, cell), name,
							  flags, command);
	/* all rows have a null, of which there is nothing to check */
	for (; first < r->ndeeds && !(own & DBC_DF_DEFAULT); first++)
		if (r->deeds[first].verb == DBC_V_ADD_FOREIGN_KEY)
			r->deeds[first].flags |= DBC_DF_PROVEN;
}

/* ---- CREATE TABLE ---- */

/* CREATE TABLE ... PARTITION OF: what it does to the parent. */
static void
read_partition(dbcpg_reader *r, dbc_subject *table, const CreateStmt *statement)
{
	dbc_subject *parent = dbcpg_named(
		r, linitial_node(RangeVar, statement->inhRelations), "table");
	dbc_deed *deed =
		dbcpg_deed(r, DBC_V_ATTACH, parent, "CREATE TABLE ... PARTITION OF");

	deed->flags = DBC_DF_INITIAL;
	deed->other = table;
	deed->columns = dbcpg_partition_key(r, parent);
	table->is_partition = true;
	dbcpg_partition_effects(r, dbcpg_relation_known(parent)->oid,
							DBC_L_ACCESS_EXCLUSIVE,
							!statement->partbound->is_default);
}

/* Relations whose columns a new table inherits or copies. */
static void
read_origins(dbcpg_reader *r, const CreateStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->inhRelations)
		dbcpg_effect(r, dbcpg_named(r, lfirst_node(RangeVar, cell), "table"),
					 DBC_L_SHARE_UPDATE_EXCLUSIVE, false, false);
	foreach (cell, statement->tableElts)
		if (IsA(lfirst(cell), TableLikeClause))
			dbcpg_effect(
				r,
				dbcpg_named(r, lfirst_node(TableLikeClause, cell)->relation,
							"table"),
				DBC_L_ACCESS_SHARE, false, false);
}

void
dbcpg_read_create(dbcpg_reader *r, const CreateStmt *statement,
				  const char *type)
{
	dbc_subject *table =
		dbcpg_created(r, statement->relation, type, statement->if_not_exists);
	dbc_deed *deed = dbcpg_deed(r, DBC_V_CREATE, table, "CREATE TABLE");
	ListCell *cell;

	if (statement->if_not_exists)
		deed->flags |= DBC_DF_IF_EXISTS;
	if (!dbc_is_made_here(r->session, table))
		return;
	if (statement->partspec)
	{
		table->partitioned = true;
		dbcpg_remember_key(r, table, statement->partspec);
	}
	foreach (cell, statement->tableElts)
		if (IsA(lfirst(cell), ColumnDef))
			dbcpg_read_column(r, table, lfirst(cell), DBC_DF_INITIAL,
							  "CREATE TABLE");
		else if (IsA(lfirst(cell), Constraint))
			dbcpg_read_constraint(r, table, lfirst(cell), NULL, DBC_DF_INITIAL,
								  "CREATE TABLE");
	if (statement->partbound)
		read_partition(r, table, statement);
	else
		read_origins(r, statement);
}

void
dbcpg_read_create_as(dbcpg_reader *r, const CreateTableAsStmt *statement)
{
	bool is_view = dbcpg_creates_view(statement);
	const IntoClause *into = statement->into;
	dbc_subject *table =
		dbcpg_created(r, into->rel, is_view ? "materialized view" : "table",
					  statement->if_not_exists);
	dbc_deed *deed =
		dbcpg_deed(r, DBC_V_CREATE, table,
				   is_view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS");

	deed->flags = DBC_DF_FROM_QUERY;
	if (statement->if_not_exists)
		deed->flags |= DBC_DF_IF_EXISTS;
	/* rows of EXECUTE are not known */
	if (IsA(statement->query, SelectStmt))
		dbcpg_read_query(r, statement->query);
}
