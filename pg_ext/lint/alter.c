/*
 * alter.c
 *	  What the commands of ALTER TABLE do.
 */
#include "pg_ext/lint/analysis.h"

#include "catalog/pg_constraint.h"
#include "commands/tablecmds.h"
#include "nodes/nodeFuncs.h"

#include "common/core/text.h"

/* One command of an ALTER TABLE, and its table. */
typedef struct command
{
	dbcpg_lint_analyzer *r;
	dbc_lint_object *table;
	const AlterTableCmd *node;
	unsigned flags; /* set in every operation of the command */
} command;

/* Commands that the rules need by name only. */
static const struct
{
	AlterTableType type;
	dbc_lint_verb verb;
	const char *command;
	const char *name; /* default name, if the command has none */
} plain[] = {
	{AT_SetLogged, DBC_V_MOVE, "ALTER TABLE ... SET LOGGED", NULL},
	{AT_SetUnLogged, DBC_V_MOVE, "ALTER TABLE ... SET UNLOGGED", NULL},
	{AT_SetTableSpace, DBC_V_MOVE, "ALTER TABLE ... SET TABLESPACE", NULL},
	{AT_EnableTrig, DBC_V_ENABLE_TRIGGER, "ALTER TABLE ... ENABLE TRIGGER",
	 NULL},
	{AT_EnableAlwaysTrig, DBC_V_ENABLE_TRIGGER,
	 "ALTER TABLE ... ENABLE ALWAYS TRIGGER", NULL},
	{AT_EnableReplicaTrig, DBC_V_ENABLE_TRIGGER,
	 "ALTER TABLE ... ENABLE REPLICA TRIGGER", NULL},
	{AT_EnableTrigAll, DBC_V_ENABLE_TRIGGER,
	 "ALTER TABLE ... ENABLE TRIGGER ALL", "all"},
	{AT_EnableTrigUser, DBC_V_ENABLE_TRIGGER,
	 "ALTER TABLE ... ENABLE TRIGGER USER", "user"},
	{AT_DisableTrig, DBC_V_DISABLE_TRIGGER, "ALTER TABLE ... DISABLE TRIGGER",
	 NULL},
	{AT_DisableTrigAll, DBC_V_DISABLE_TRIGGER,
	 "ALTER TABLE ... DISABLE TRIGGER ALL", "all"},
	{AT_DisableTrigUser, DBC_V_DISABLE_TRIGGER,
	 "ALTER TABLE ... DISABLE TRIGGER USER", "user"},
	{AT_EnableRowSecurity, DBC_V_ENABLE_SECURITY,
	 "ALTER TABLE ... ENABLE ROW LEVEL SECURITY", NULL},
};

/* Adds an operation of the command. */
static dbc_lint_operation *
add(const command *c, dbc_lint_verb verb, const char *text)
{
	dbc_lint_operation *operation =
		dbcpg_lint_add_operation(c->r, verb, c->table, text);

	operation->flags = c->flags;
	if (c->node->missing_ok)
		operation->flags |= DBC_OP_IF_EXISTS;
	if (c->node->behavior == DROP_CASCADE)
		operation->flags |= DBC_OP_CASCADE;
	return operation;
}

/* Adds an operation on the column that the command names. */
static dbc_lint_operation *
add_of_column(const command *c, dbc_lint_verb verb, const char *text)
{
	dbc_lint_operation *operation = add(c, verb, text);

	operation->column = dbcpg_lint_copy_text(c->r, c->node->name);
	return operation;
}

/* Whether a column is part of the primary key, and so cannot be null. */
static bool
is_in_key(const command *c, const char *column)
{
	const dbcpg_lint_constraint *key =
		dbcpg_lint_find_primary_key(c->r, c->table);
	const char *const *name;

	for (name = key ? key->columns : NULL; name && *name; name++)
		if (dbc_same(*name, column))
			return true;
	return false;
}

/* ADD COLUMN; with IF NOT EXISTS, an existing column is unchanged. */
static void
add_column(const command *c)
{
	static const char command[] = "ALTER TABLE ... ADD COLUMN";
	const ColumnDef *column = castNode(ColumnDef, c->node->def);

	if (c->node->missing_ok &&
		dbcpg_lint_find_column(c->r, c->table,
							   dbcpg_lint_copy_text(c->r, column->colname)))
		(void) add(c, DBC_V_OTHER, command);
	else
		dbcpg_lint_analyze_column(
			c->r, c->table, column,
			c->flags | (c->node->missing_ok ? DBC_OP_IF_EXISTS : 0), command);
}

static void
drop_column(const command *c)
{
	dbc_lint_operation *operation =
		add_of_column(c, DBC_V_DROP_COLUMN, "ALTER TABLE ... DROP COLUMN");
	dbcpg_lint_column *column =
		dbcpg_lint_find_column(c->r, c->table, operation->column);

	if (!column)
		return;
	operation->old_type = column->type;
	if (column->known.not_null && !is_in_key(c, operation->column))
		operation->flags |= DBC_OP_NOT_NULL;
	if (column->known.number)
		dbcpg_lint_add_drop_effects(
			c->r, RelationRelationId, dbcpg_lint_get_relation(c->table)->oid,
			column->known.number, c->node->behavior == DROP_CASCADE);
	column->dropped = true;
}

static void
change_type(const command *c)
{
	const ColumnDef *def = castNode(ColumnDef, c->node->def);
	dbc_lint_operation *operation = add_of_column(
		c, DBC_V_CHANGE_TYPE, "ALTER TABLE ... ALTER COLUMN ... TYPE");
	dbcpg_lint_column *column =
		dbcpg_lint_find_column(c->r, c->table, operation->column);
	dbcpg_lint_column_type type = dbcpg_lint_read_type(c->r, def->typeName);

	operation->type = type.text;
	if (!dbcpg_lint_is_column_itself(def->raw_default, c->node->name,
									 def->typeName))
		operation->text = dbcpg_lint_text_after(c->r, "using",
												exprLocation(def->raw_default));
	if (!column)
		return;
	operation->old_type = column->type;
	dbcpg_lint_classify_type_change(c->r, operation, column, &type, def);
	column->type = type.text;
	column->known.type = type.oid;
	column->known.typmod = type.typmod;
}

static void
set_not_null(const command *c)
{
	dbc_lint_operation *operation =
		add_of_column(c, DBC_V_SET_NOT_NULL, "ALTER TABLE ... SET NOT NULL");
	dbcpg_lint_column *column =
		dbcpg_lint_find_column(c->r, c->table, operation->column);

	if (dbcpg_lint_is_not_null(c->r, c->table, operation->column))
		operation->flags |= DBC_OP_IMPLIED;
	if (column)
		column->known.not_null = true;
}

static void
drop_not_null(const command *c)
{
	dbc_lint_operation *operation =
		add_of_column(c, DBC_V_DROP_NOT_NULL, "ALTER TABLE ... DROP NOT NULL");
	dbcpg_lint_column *column =
		dbcpg_lint_find_column(c->r, c->table, operation->column);

	if (column)
		column->known.not_null = false;
}

/* SET DEFAULT, DROP DEFAULT. */
static void
set_default(const command *c)
{
	dbc_lint_operation *operation =
		add_of_column(c, DBC_V_SET_DEFAULT,
					  c->node->def ? "ALTER TABLE ... SET DEFAULT"
								   : "ALTER TABLE ... DROP DEFAULT");

	if (c->node->def)
		operation->text =
			dbcpg_lint_text_after(c->r, "default", exprLocation(c->node->def));
}

/* The name that rules use for a type of constraint. */
static const char *
constraint_word(char type)
{
	switch (type)
	{
		case CONSTRAINT_CHECK:
			return "check";
		case CONSTRAINT_FOREIGN:
			return "foreign key";
		case CONSTRAINT_UNIQUE:
			return "unique";
		case CONSTRAINT_PRIMARY:
			return "primary key";
		case CONSTRAINT_EXCLUSION:
			return "exclusion";
		default:
			return NULL;
	}
}

/* DROP CONSTRAINT, VALIDATE CONSTRAINT. */
static void
constraint_by_name(const command *c, dbc_lint_verb verb, const char *text)
{
	const char *name = dbcpg_lint_copy_text(c->r, c->node->name);
	dbcpg_lint_constraint *known =
		dbcpg_lint_find_constraint(c->r, c->table, name);
	dbc_lint_operation *operation = add(c, verb, text);

	operation->name = name;
	if (!known)
		return;
	operation->type = constraint_word(known->type);
	operation->other = known->other;
	operation->columns = known->columns;
	if (verb == DBC_V_VALIDATE && known->valid)
		operation->flags |= DBC_OP_IMPLIED;
	if (verb == DBC_V_VALIDATE)
	{
		known->valid = true;
		return;
	}
	dbcpg_lint_add_drop_effects(c->r, ConstraintRelationId, known->oid, 0,
								c->node->behavior == DROP_CASCADE);
	dbcpg_lint_record_constraint_drop(c->table, known);
}

/* ALTER CONSTRAINT ... [NOT] ENFORCED adds or drops triggers of both tables;
 * ENFORCED checks all rows of a key that is not valid. */
static void
alter_constraint(const command *c)
{
	bool enforced;
	const char *name = dbcpg_altered_enforcement(c->node, &enforced);
	dbcpg_lint_constraint *known =
		name ? dbcpg_lint_find_constraint(c->r, c->table,
										  dbcpg_lint_copy_text(c->r, name))
			 : NULL;
	bool checks = known && known->other && enforced && !known->valid;
	dbc_lint_operation *operation =
		add(c, checks ? DBC_V_ENFORCE : DBC_V_OTHER, "ALTER TABLE");

	if (checks)
	{
		operation->name = known->name;
		operation->other = known->other;
		operation->columns = known->columns;
		known->valid = true;
	}
	else if (known && known->other && !enforced)
	{
		dbcpg_lint_add_tree_effect(c->r, known->other, DBC_L_ACCESS_EXCLUSIVE,
								   false, false);
		known->valid = false;
	}
}

/* ATTACH PARTITION, DETACH PARTITION. */
static void
partition(const command *c, dbc_lint_verb verb, const char *text)
{
	const PartitionCmd *def = castNode(PartitionCmd, c->node->def);
	dbc_lint_object *other =
		dbcpg_lint_find_object(c->r, def->name, c->table->type);
	dbc_lint_operation *operation = add(c, verb, text);

	operation->other = other;
	if (dbcpg_detaches_concurrently(c->node))
		operation->flags |= DBC_OP_CONCURRENTLY;
	if (!dbc_same(c->table->type, "table"))
		return;
	operation->columns = dbcpg_lint_find_partition_key(c->r, c->table);
	if (verb == DBC_V_ATTACH &&
		dbcpg_lint_partition_fits(c->r, other, operation->columns))
		operation->flags |= DBC_OP_IMPLIED;
	other->is_partition = verb == DBC_V_ATTACH;
	dbcpg_lint_add_tree_effect(c->r, other, DBC_L_ACCESS_EXCLUSIVE, false,
							   verb == DBC_V_ATTACH &&
								   !(operation->flags & DBC_OP_IMPLIED));
	dbcpg_lint_add_partition_effects(c->r,
									 dbcpg_lint_get_relation(c->table)->oid,
									 DBC_L_NONE, verb == DBC_V_ATTACH);
}

/* Whether a relation is already in the tablespace or persistence requested. */
static bool
is_moved(const command *c)
{
	const dbcpg_lint_relation *relation = dbcpg_lint_get_relation(c->table);

	switch (c->node->subtype)
	{
		case AT_SetLogged:
			return relation->persistence == RELPERSISTENCE_PERMANENT;
		case AT_SetUnLogged:
			return relation->persistence == RELPERSISTENCE_UNLOGGED;
		case AT_SetTableSpace:
			return dbcpg_lint_catalog_is_tablespace(relation->tablespace,
													c->node->name);
		default:
			return false;
	}
}

/* A command that rewrites a relation to other storage. */
static void
move(const command *c)
{
	if (!c->table->partitioned && !is_moved(c))
		dbcpg_lint_add_effect(c->r, c->table, c->r->alter_lock, true, false);
	if (c->node->subtype == AT_SetLogged || c->node->subtype == AT_SetUnLogged)
		dbcpg_lint_get_relation(c->table)->persistence =
			c->node->subtype == AT_SetLogged ? RELPERSISTENCE_PERMANENT
											 : RELPERSISTENCE_UNLOGGED;
}

/* INHERIT, NO INHERIT: the parent is locked as well. */
static void
inherit(const command *c)
{
	(void) add(c, DBC_V_OTHER, "ALTER TABLE");
	dbcpg_lint_add_effect(
		c->r,
		dbcpg_lint_find_object(c->r, castNode(RangeVar, c->node->def), "table"),
		c->node->subtype == AT_AddInherit ? DBC_L_SHARE_UPDATE_EXCLUSIVE
										  : DBC_L_ACCESS_SHARE,
		false, false);
}

/* Commands listed in the table above. */
static void
read_plain(const command *c)
{
	for (size_t i = 0; i < lengthof(plain); i++)
		if (plain[i].type == c->node->subtype)
		{
			add(c, plain[i].verb, plain[i].command)->name =
				plain[i].name ? plain[i].name
							  : dbcpg_lint_copy_text(c->r, c->node->name);
			if (plain[i].verb == DBC_V_MOVE)
				move(c);
			return;
		}
	if (dbcpg_sets_access_method(c->node))
	{
		(void) add(c, DBC_V_MOVE, "ALTER TABLE ... SET ACCESS METHOD");
		move(c);
		return;
	}
	(void) add(c, DBC_V_OTHER, "ALTER TABLE");
	if (dbcpg_sets_generated_expression(c->node))
		dbcpg_lint_add_tree_effect(c->r, c->table, c->r->alter_lock, true,
								   false);
}

static void
read_command(const command *c)
{
	switch (c->node->subtype)
	{
		case AT_AddColumn:
			add_column(c);
			break;
		case AT_DropColumn:
			drop_column(c);
			break;
		case AT_AlterColumnType:
			change_type(c);
			break;
		case AT_SetNotNull:
			set_not_null(c);
			break;
		case AT_DropNotNull:
			drop_not_null(c);
			break;
		case AT_ColumnDefault:
			set_default(c);
			break;
		case AT_AddConstraint:
			dbcpg_lint_analyze_constraint(
				c->r, c->table, castNode(Constraint, c->node->def), NULL,
				c->flags, "ALTER TABLE ... ADD CONSTRAINT");
			break;
		case AT_ValidateConstraint:
			constraint_by_name(c, DBC_V_VALIDATE,
							   "ALTER TABLE ... VALIDATE CONSTRAINT");
			break;
		case AT_DropConstraint:
			constraint_by_name(c, DBC_V_DROP_CONSTRAINT,
							   "ALTER TABLE ... DROP CONSTRAINT");
			break;
		case AT_AlterConstraint:
			alter_constraint(c);
			break;
		case AT_AttachPartition:
			partition(c, DBC_V_ATTACH, "ALTER TABLE ... ATTACH PARTITION");
			break;
		case AT_DetachPartition:
			partition(c, DBC_V_DETACH, "ALTER TABLE ... DETACH PARTITION");
			break;
		case AT_AddInherit:
		case AT_DropInherit:
			inherit(c);
			break;
		default:
			read_plain(c);
	}
}

/* The object type of an ALTER TABLE statement; NULL if it is no relation. */
static const char *
altered_type(ObjectType type)
{
	switch (type)
	{
		case OBJECT_TABLE:
			return "table";
		case OBJECT_INDEX:
			return "index";
		case OBJECT_VIEW:
			return "view";
		case OBJECT_MATVIEW:
			return "materialized view";
		case OBJECT_SEQUENCE:
			return "sequence";
		case OBJECT_FOREIGN_TABLE:
			return "foreign table";
		default:
			return NULL;
	}
}

void
dbcpg_lint_analyze_alter(dbcpg_lint_analyzer *r,
						 const AlterTableStmt *statement)
{
	const char *type = altered_type(dbcpg_altered_type(statement));
	command c = {.r = r};
	ListCell *cell;

	if (!type)
	{
		(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, NULL, "ALTER TYPE");
		return;
	}
	c.table = dbcpg_lint_find_object(r, statement->relation, type);
	(void) dbcpg_lint_find_primary_key(r, c.table);
	r->alter_lock =
		dbcpg_lint_convert_lock_mode(AlterTableGetLockLevel(statement->cmds));
	if (!statement->relation->inh)
		c.flags |= DBC_OP_ONLY;
	foreach (cell, statement->cmds)
	{
		c.node = lfirst_node(AlterTableCmd, cell);
		read_command(&c);
	}
	dbcpg_lint_add_effect(r, c.table, r->alter_lock, false, false);
}
