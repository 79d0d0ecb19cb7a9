/*
 * diff_write.c
 *	  The statements of the steps.
 */
#include "pg_ext/migrate/diff.h"

/*
 * How a kind is created and dropped; NULL where one statement is not enough. %n
 * is the name, %l its last part, %p the parent, %d the definition, %x a first
 * word of the definition that moves elsewhere, %s the name without the
 * arguments.
 */
static const struct
{
	const char *create;
	const char *drop;
	const char *destroys; /* the data that a drop destroys */
} statements[DIFF_NKINDS] = {
	[DIFF_SCHEMA] = {"CREATE SCHEMA %n", "DROP SCHEMA %n", "schema"},
	[DIFF_EXTENSION] = {"CREATE EXTENSION %n %d", "DROP EXTENSION %n", NULL},
	[DIFF_TYPE] = {"CREATE TYPE %n %d", "DROP TYPE %n", "type"},
	[DIFF_DOMAIN] = {"CREATE DOMAIN %n %d", "DROP DOMAIN %n", "type"},
	[DIFF_FUNCTION] = {"CREATE OR REPLACE FUNCTION %s%d", "DROP FUNCTION %n",
					   NULL},
	[DIFF_PROCEDURE] = {"CREATE OR REPLACE PROCEDURE %s%d", "DROP PROCEDURE %n",
						NULL},
	[DIFF_AGGREGATE] = {"CREATE AGGREGATE %n %d", "DROP AGGREGATE %n", NULL},
	[DIFF_OPERATOR] = {"CREATE OPERATOR %s %d", "DROP OPERATOR %n", NULL},
	[DIFF_CAST] = {"CREATE CAST %n %d", "DROP CAST %n", NULL},
	[DIFF_DICTIONARY] = {"CREATE TEXT SEARCH DICTIONARY %n %d",
						 "DROP TEXT SEARCH DICTIONARY %n", NULL},
	[DIFF_CONFIGURATION] = {NULL, "DROP TEXT SEARCH CONFIGURATION %n", NULL},
	[DIFF_WRAPPER] = {"CREATE FOREIGN DATA WRAPPER %n %d",
					  "DROP FOREIGN DATA WRAPPER %n", NULL},
	[DIFF_SERVER] = {"CREATE SERVER %n %d", "DROP SERVER %n", NULL},
	[DIFF_SEQUENCE] = {NULL, "DROP SEQUENCE %n", "sequence"},
	[DIFF_TABLE] = {NULL, "DROP TABLE %n", "table"},
	[DIFF_FOREIGN_TABLE] = {NULL, "DROP FOREIGN TABLE %n", NULL},
	[DIFF_COLUMN] = {NULL, "ALTER TABLE %p DROP COLUMN %l", "column"},
	[DIFF_PARENTS] = {NULL, NULL, NULL},
	[DIFF_DEFAULT] = {"ALTER TABLE ONLY %p ALTER COLUMN %l SET DEFAULT %d",
					  "ALTER TABLE ONLY %p ALTER COLUMN %l DROP DEFAULT", NULL},
	[DIFF_OWNER] = {"ALTER SEQUENCE %n OWNED BY %d",
					"ALTER SEQUENCE %n OWNED BY NONE", NULL},
	[DIFF_CONSTRAINT] = {"ALTER TABLE %p ADD CONSTRAINT %l %d",
						 "ALTER TABLE %p DROP CONSTRAINT %l", NULL},
	[DIFF_INDEX] = {"CREATE %xINDEX %l %d", "DROP INDEX %n", NULL},
	[DIFF_REPLICA_IDENTITY] = {"ALTER TABLE %n REPLICA IDENTITY %d",
							   "ALTER TABLE %n REPLICA IDENTITY DEFAULT", NULL},
	[DIFF_STATISTICS] = {"CREATE STATISTICS %n %d", "DROP STATISTICS %n", NULL},
	[DIFF_VIEW] = {"CREATE VIEW %n %d", "DROP VIEW %n", NULL},
	[DIFF_MATERIALIZED_VIEW] = {"CREATE MATERIALIZED VIEW %n %d",
								"DROP MATERIALIZED VIEW %n", NULL},
	[DIFF_RULE] = {"CREATE RULE %l %d", "DROP RULE %l ON %p", NULL},
	[DIFF_TRIGGER] = {"CREATE %xTRIGGER %l %d", "DROP TRIGGER %l ON %p", NULL},
	[DIFF_POLICY] = {"CREATE POLICY %l ON %p %d", "DROP POLICY %l ON %p", NULL},
	[DIFF_EVENT_TRIGGER] = {"CREATE EVENT TRIGGER %n %d",
							"DROP EVENT TRIGGER %n", NULL},
};

/* ---- text ---- */

/* A definition without its first word, if that is one of words; *word is that
 * word with its space, or empty. */
static const char *
split_word(const char *definition, const char **word)
{
	static const char *const words[] = {"UNIQUE ", "CONSTRAINT "};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (dbc_starts_with(definition, words[i]))
		{
			*word = words[i];
			return definition + strlen(words[i]);
		}
	*word = "";
	return definition;
}

/* The name of a function or the like, without arguments. */
static const char *
bare_name(diff *d, const diff_node *node, const diff_side *side)
{
	const char *name = dbcpg_migrate_detail_text(side, "name");
	const char *end = strrchr(node->name, '(');

	if (name || !end)
		return name ? name : node->name;
	return dbc_copy(d->host, node->name, (size_t) (end - node->name));
}

/* Writes a statement from a template of the table above. */
static void
fill_in(diff *d, const char *template, const diff_node *node,
		const diff_side *side)
{
	const char *clause = dbcpg_migrate_detail_text(side, "clause");
	const char *word = "";

	if (!clause)
		clause = side->object->definition;
	if (strstr(template, "%x"))
		clause = split_word(clause, &word);
	for (; *template; template ++)
	{
		if (*template != '%')
		{
			dbc_append_bytes(&d->out, template, 1);
			continue;
		}
		switch (*++template)
		{
			case 'n':
				dbc_append(&d->out, node->name);
				break;
			case 'l':
				dbc_append(&d->out, dbcpg_migrate_unqualified_name(node->name));
				break;
			case 'p':
				dbc_append(&d->out, side->object->parent);
				break;
			case 'x':
				dbc_append(&d->out, word);
				break;
			case 's':
				dbc_append(&d->out, bare_name(d, node, side));
				break;
			default:
				dbc_append(&d->out, clause);
				break;
		}
	}
	while (d->out.length > 0 && d->out.data[d->out.length - 1] == ' ')
		d->out.data[--d->out.length] = '\0';
	dbc_append(&d->out, ";\n");
}

/* Whether no SQL can be made of an object. */
static bool
has_no_sql(const diff_node *node, const diff_side *side)
{
	return node->kind == DIFF_OTHER ||
		   (node->kind == DIFF_TYPE &&
			dbc_starts_with(side->object->definition, "BASE "));
}

/* Whether a constraint belongs to a domain. */
static bool
is_of_domain(const diff_side *side)
{
	return side->holder && side->holder->kind == DIFF_DOMAIN;
}

/* ---- drops ---- */

/* Writes the drop of a node. */
void
dbcpg_migrate_write_drop(diff *d, const diff_node *node)
{
	const diff_side *side = &node->old;

	if (has_no_sql(node, side))
		dbcpg_migrate_comment_omitted(d, "drop of", node);
	else if (node->swapped)
		dbcpg_migrate_rename_type(d, node);
	else if (node->kind == DIFF_PARENTS)
		dbcpg_migrate_drop_parents(d, node);
	else if (is_of_domain(side))
		fill_in(d, "ALTER DOMAIN %p DROP CONSTRAINT %l", node, side);
	else
	{
		if (statements[node->kind].destroys)
			dbcpg_migrate_comment_data_loss(d, statements[node->kind].destroys,
											node->name);
		fill_in(d, statements[node->kind].drop, node, side);
	}
}

/* ---- creations ---- */

/* Writes whether a trigger or rule is enabled, unless it is the default. */
static void
write_state(diff *d, const diff_node *node, const char *otherwise)
{
	const char *state = dbcpg_migrate_detail_text(&node->new, "state");

	if (!state)
		state = otherwise;
	if (!state)
		return;
	if (node->kind == DIFF_EVENT_TRIGGER)
		dbcpg_migrate_write_statement(d, "ALTER EVENT TRIGGER %s %s",
									  node->name, state);
	else
		dbcpg_migrate_write_statement(
			d, "ALTER TABLE %s %s %s %s", node->new.object->parent, state,
			node->kind == DIFF_RULE ? "RULE" : "TRIGGER",
			dbcpg_migrate_unqualified_name(node->name));
}

/* Writes a text search configuration: its parser, then mapping by mapping. */
static void
create_configuration(diff *d, const diff_node *node)
{
	static const char word[] = " MAPPING FOR ";
	const char *rest = node->new.object->definition;
	const char *next = strstr(rest, word);

	dbcpg_migrate_write_statement(
		d, "CREATE TEXT SEARCH CONFIGURATION %s %.*s", node->name,
		(int) (next ? (size_t) (next - rest) : strlen(rest)), rest);
	while (next)
	{
		rest = next + 1;
		next = strstr(rest, word);
		dbcpg_migrate_write_statement(
			d, "ALTER TEXT SEARCH CONFIGURATION %s ADD %.*s", node->name,
			(int) (next ? (size_t) (next - rest) : strlen(rest)), rest);
	}
}

/* Writes the creation of a sequence; its owner has its own node. */
static void
create_sequence(diff *d, const diff_node *node)
{
	const char *persistence =
		dbcpg_migrate_detail_text(&node->new, "persistence");
	const char *options = dbcpg_migrate_detail_text(&node->new, "create");

	dbcpg_migrate_write_statement(
		d, "CREATE %s%sSEQUENCE %s%s%s", persistence ? persistence : "",
		persistence ? " " : "", node->name, options && *options ? " " : "",
		options ? options : "");
}

/* Writes the creation of a node. */
void
dbcpg_migrate_write_create(diff *d, const diff_node *node)
{
	const diff_side *side = &node->new;

	if (has_no_sql(node, side))
		dbcpg_migrate_comment_omitted(d, "creation of", node);
	else if (node->kind == DIFF_TABLE || node->kind == DIFF_FOREIGN_TABLE)
		dbcpg_migrate_create_table(d, node);
	else if (node->kind == DIFF_COLUMN)
		dbcpg_migrate_add_column(d, node);
	else if (node->kind == DIFF_PARENTS)
		dbcpg_migrate_add_parents(d, node);
	else if (node->kind == DIFF_SEQUENCE)
		create_sequence(d, node);
	else if (node->kind == DIFF_CONFIGURATION)
		create_configuration(d, node);
	else if (is_of_domain(side))
		fill_in(d, "ALTER DOMAIN %p ADD CONSTRAINT %l %d", node, side);
	else
	{
		d->has_functions |=
			node->kind == DIFF_FUNCTION || node->kind == DIFF_PROCEDURE;
		fill_in(d, statements[node->kind].create, node, side);
		if (node->kind == DIFF_TRIGGER || node->kind == DIFF_RULE ||
			node->kind == DIFF_EVENT_TRIGGER)
			write_state(d, node, NULL);
	}
}

/* ---- changes ---- */

/* Writes the change of a sequence. */
static void
alter_sequence(diff *d, const diff_node *node)
{
	if (!dbcpg_migrate_has_same_detail(node, "options"))
		dbcpg_migrate_write_statement(
			d, "ALTER SEQUENCE %s %s", node->name,
			dbcpg_migrate_require_detail_text(d, &node->new, "options"));
	if (!dbcpg_migrate_has_same_detail(node, "persistence"))
		dbcpg_migrate_write_statement(
			d, "ALTER SEQUENCE %s SET %s", node->name,
			dbcpg_migrate_detail_text(&node->new, "persistence") ? "UNLOGGED"
																 : "LOGGED");
}

/* Writes the change of a node. */
void
dbcpg_migrate_write_alter(diff *d, const diff_node *node)
{
	switch (node->kind)
	{
		case DIFF_TABLE:
		case DIFF_FOREIGN_TABLE:
			dbcpg_migrate_alter_table(d, node);
			break;
		case DIFF_COLUMN:
			dbcpg_migrate_alter_column(d, node);
			break;
		case DIFF_TYPE:
			dbcpg_migrate_alter_type(d, node);
			break;
		case DIFF_DOMAIN:
			dbcpg_migrate_alter_domain(d, node);
			break;
		case DIFF_SEQUENCE:
			alter_sequence(d, node);
			break;
		case DIFF_WRAPPER:
			dbcpg_migrate_alter_options(
				d, node,
				dbc_format(d->host, "ALTER FOREIGN DATA WRAPPER %s",
						   node->name));
			break;
		case DIFF_SERVER:
			dbcpg_migrate_alter_options(
				d, node, dbc_format(d->host, "ALTER SERVER %s", node->name));
			break;
		case DIFF_EXTENSION:
			fill_in(d, "ALTER EXTENSION %n SET %d", node, &node->new);
			break;
		case DIFF_VIEW:
			fill_in(d, "CREATE OR REPLACE VIEW %n %d", node, &node->new);
			break;
		case DIFF_CONSTRAINT:
			fill_in(d,
					is_of_domain(&node->new)
						? "ALTER DOMAIN %p VALIDATE CONSTRAINT %l"
						: "ALTER TABLE %p VALIDATE CONSTRAINT %l",
					node, &node->new);
			break;
		case DIFF_TRIGGER:
		case DIFF_RULE:
		case DIFF_EVENT_TRIGGER:
			write_state(d, node, "ENABLE");
			break;
		default: /* a default, a function: CREATE OR REPLACE or SET again */
			dbcpg_migrate_write_create(d, node);
			break;
	}
}
