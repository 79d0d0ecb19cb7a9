/*
 * ddl_constraint.c
 *	  Parsing column constraints and table constraints.
 */
#include "sqlite_ext/sql/ddl_reader.h"

#include <string.h>

/* ---- parts of constraints ---- */

/* Adds a constraint with the name that was parsed before. */
static dbcsl_ddl_constraint_draft *
add_draft(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_kind kind, int column)
{
	dbcsl_ddl_constraint_draft *d;

	r->drafts =
		dbc_grow(&r->h->base, r->drafts, (size_t) r->ndrafts, sizeof(*d));
	d = &r->drafts[r->ndrafts++];
	*d = (dbcsl_ddl_constraint_draft){
		.parts = {.kind = kind, .name = r->constraint_name, .column = column},
		.list = "",
		.conflict = "",
		.parent_list = "",
		.match = "",
		.on_delete = "",
		.on_update = "",
		.deferrable = ""};
	r->constraint_name = NULL;
	return d;
}

/* Adds a column to a constraint. */
static void
add_name(dbcsl_ddl_reader *r, dbcsl_ddl_constraint *c, const char *name)
{
	c->columns = dbc_grow(&r->h->base, c->columns, (size_t) c->ncolumns,
						  sizeof(*c->columns));
	c->columns[c->ncolumns++] = name;
}

/* Appends the next token, a keyword. */
static void
read_word(dbcsl_ddl_reader *r)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);

	if (r->token.kind != DBCSL_WORD)
		dbcsl_ddl_refuse(r);
	dbcsl_write_token(&writer, &r->token);
	dbcsl_ddl_advance(r);
}

const char *
dbcsl_ddl_read_conflict(dbcsl_ddl_reader *r)
{
	dbcsl_token next = dbcsl_next_token(&r->token);

	if (!dbcsl_ddl_at_word(r, "on") || !dbcsl_is_word(&next, "conflict"))
		return "";
	dbcsl_ddl_advance(r);
	dbcsl_ddl_advance(r);
	if (dbcsl_ddl_accept_word(r, "abort"))
		return "";
	dbc_append(&r->out, " on conflict ");
	read_word(r);
	return dbcsl_ddl_take_normal_form(r);
}

/* Parses the list of columns of a constraint. */
static void
read_list(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_draft *d)
{
	dbcsl_ddl_expect_character(r, '(');
	do
	{
		const char *name;

		if (d->parts.ncolumns > 0)
			dbc_append(&r->out, ", ");
		name = dbcsl_ddl_read_indexed(r);
		add_name(r, &d->parts, name ? name : "");
	} while (dbcsl_ddl_accept_character(r, ','));
	if (dbcsl_ddl_accept_word(r, "autoincrement"))
		d->parts.autoincrement = true;
	dbcsl_ddl_expect_character(r, ')');
	d->list = dbcsl_ddl_take_normal_form(r);
}

/* Makes the list of a column constraint. */
static void
take_column(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_draft *d)
{
	const char *name = r->ddl->columns[d->parts.column].name;

	add_name(r, &d->parts, name);
	dbcsl_append_normal_name(&r->out, name);
	d->list = dbcsl_ddl_take_normal_form(r);
}

/* Parses an action of a foreign key and returns it after its event; NULL for NO
 * ACTION. */
static const char *
read_action(dbcsl_ddl_reader *r, const char *event)
{
	if (dbcsl_ddl_accept_word(r, "no"))
	{
		dbcsl_ddl_expect_word(r, "action");
		return "";
	}
	dbc_append(&r->out, event);
	if (dbcsl_ddl_accept_word(r, "set"))
		dbc_append(&r->out, "set ");
	read_word(r);
	return dbcsl_ddl_take_normal_form(r);
}

/* Parses a foreign key after REFERENCES. */
static void
read_references(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_draft *d)
{
	d->parts.parent = dbcsl_ddl_read_name(r);
	if (dbcsl_ddl_accept_character(r, '('))
	{
		do
		{
			dbc_append(&r->out, r->out.length > 0 ? ", " : " (");
			dbcsl_ddl_read_indexed(r);
		} while (dbcsl_ddl_accept_character(r, ','));
		dbcsl_ddl_expect_character(r, ')');
		dbc_append(&r->out, ")");
		d->parent_list = dbcsl_ddl_take_normal_form(r);
	}
	for (;;)
	{
		if (dbcsl_ddl_accept_word(r, "match"))
		{
			dbc_append(&r->out, " match ");
			dbcsl_append_normal_name(&r->out, dbcsl_ddl_read_name(r));
			d->match = dbcsl_ddl_take_normal_form(r);
		}
		else if (!dbcsl_ddl_accept_word(r, "on"))
			return;
		else if (dbcsl_ddl_accept_word(r, "delete"))
			d->on_delete = read_action(r, " on delete ");
		else if (dbcsl_ddl_accept_word(r, "update"))
			d->on_update = read_action(r, " on update ");
		else
		{
			/* SQLite accepts ON INSERT, too, and ignores it */
			dbcsl_ddl_expect_word(r, "insert");
			read_action(r, "");
		}
	}
}

/* Parses a CHECK after the keyword. */
static void
read_check(dbcsl_ddl_reader *r, int column)
{
	dbcsl_ddl_constraint_draft *d = add_draft(r, DBCSL_CHECK, column);

	d->parts.expression = dbcsl_ddl_read_group(r);
	d->list = dbcsl_ddl_take_normal_form(r);
	dbcsl_ddl_read_conflict(r); /* SQLite accepts and ignores it */
}

/* The last foreign key, or NULL. */
static dbcsl_ddl_constraint_draft *
last_foreign_key(dbcsl_ddl_reader *r)
{
	for (int i = r->ndrafts - 1; i >= 0; i--)
		if (r->drafts[i].parts.kind == DBCSL_FOREIGN_KEY)
			return &r->drafts[i];
	return NULL;
}

/* Whether [NOT] DEFERRABLE follows. */
static bool
at_deferrable(const dbcsl_ddl_reader *r)
{
	dbcsl_token next = dbcsl_next_token(&r->token);

	return dbcsl_ddl_at_word(r, "deferrable") ||
		   (dbcsl_ddl_at_word(r, "not") && dbcsl_is_word(&next, "deferrable"));
}

/* Parses [NOT] DEFERRABLE, which belongs to the previous foreign key. */
static void
read_deferrable(dbcsl_ddl_reader *r)
{
	bool negated = dbcsl_ddl_accept_word(r, "not");
	dbcsl_ddl_constraint_draft *key = last_foreign_key(r);
	bool deferred = false;

	dbcsl_ddl_expect_word(r, "deferrable");
	if (dbcsl_ddl_accept_word(r, "initially"))
	{
		deferred = dbcsl_ddl_accept_word(r, "deferred");
		if (!deferred)
			dbcsl_ddl_expect_word(r, "immediate");
	}
	if (key)
		key->deferrable = negated	 ? ""
						  : deferred ? " deferrable initially deferred"
									 : " deferrable";
}

/* Parses PRIMARY KEY or UNIQUE of a column, after the keyword. */
static void
read_key(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_kind kind, int column)
{
	dbcsl_ddl_constraint_draft *d = add_draft(r, kind, column);

	take_column(r, d);
	if (kind == DBCSL_PRIMARY_KEY)
	{
		d->descending = dbcsl_ddl_accept_word(r, "desc");
		if (!d->descending)
			dbcsl_ddl_accept_word(r, "asc");
	}
	d->conflict = dbcsl_ddl_read_conflict(r);
	if (kind == DBCSL_PRIMARY_KEY)
		d->parts.autoincrement = dbcsl_ddl_accept_word(r, "autoincrement");
}

bool
dbcsl_ddl_read_column_constraint(dbcsl_ddl_reader *r, int column)
{
	if (dbcsl_ddl_accept_word(r, "constraint"))
		r->constraint_name = dbcsl_ddl_read_name(r);
	else if (dbcsl_ddl_accept_word(r, "primary"))
	{
		dbcsl_ddl_expect_word(r, "key");
		read_key(r, DBCSL_PRIMARY_KEY, column);
	}
	else if (dbcsl_ddl_accept_word(r, "unique"))
		read_key(r, DBCSL_UNIQUE, column);
	else if (dbcsl_ddl_accept_word(r, "check"))
		read_check(r, column);
	else if (dbcsl_ddl_accept_word(r, "references"))
	{
		dbcsl_ddl_constraint_draft *d = add_draft(r, DBCSL_FOREIGN_KEY, column);

		take_column(r, d);
		read_references(r, d);
	}
	else if (at_deferrable(r))
		read_deferrable(r);
	else
		return false;
	return true;
}

/* Parses PRIMARY KEY or UNIQUE of a table from the column list on. */
static void
read_table_key(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_kind kind)
{
	dbcsl_ddl_constraint_draft *d = add_draft(r, kind, -1);

	read_list(r, d);
	d->conflict = dbcsl_ddl_read_conflict(r);
}

/* Parses FOREIGN KEY of a table from the column list on. */
static void
read_table_foreign_key(dbcsl_ddl_reader *r)
{
	dbcsl_ddl_constraint_draft *d = add_draft(r, DBCSL_FOREIGN_KEY, -1);

	read_list(r, d);
	dbcsl_ddl_expect_word(r, "references");
	read_references(r, d);
	if (at_deferrable(r))
		read_deferrable(r);
}

bool
dbcsl_ddl_at_table_constraint(const dbcsl_ddl_reader *r)
{
	return dbcsl_ddl_at_word(r, "constraint") ||
		   dbcsl_ddl_at_word(r, "primary") || dbcsl_ddl_at_word(r, "unique") ||
		   dbcsl_ddl_at_word(r, "check") || dbcsl_ddl_at_word(r, "foreign");
}

void
dbcsl_ddl_read_table_constraint(dbcsl_ddl_reader *r)
{
	if (dbcsl_ddl_accept_word(r, "constraint"))
		r->constraint_name = dbcsl_ddl_read_name(r);
	else if (dbcsl_ddl_accept_word(r, "primary"))
	{
		dbcsl_ddl_expect_word(r, "key");
		read_table_key(r, DBCSL_PRIMARY_KEY);
	}
	else if (dbcsl_ddl_accept_word(r, "unique"))
		read_table_key(r, DBCSL_UNIQUE);
	else if (dbcsl_ddl_accept_word(r, "foreign"))
	{
		dbcsl_ddl_expect_word(r, "key");
		read_table_foreign_key(r);
	}
	else
	{
		dbcsl_ddl_expect_word(r, "check");
		read_check(r, -1);
	}
}

/* ---- finishing ---- */

/* Finds the column that is an alias of the rowid: a single INTEGER PRIMARY KEY
 * of any sort order; but for DESC in a column constraint SQLite creates an
 * index instead, for compatibility. */
static void
resolve_primary_key(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_draft *d)
{
	dbcsl_ddl *ddl = r->ddl;
	int column = d->parts.ncolumns == 1
					 ? dbcsl_find_column(ddl, d->parts.columns[0])
					 : -1;

	if (column >= 0 && !ddl->without_rowid && !d->descending &&
		strcmp(ddl->columns[column].type, "integer") == 0)
	{
		ddl->rowid_column = column;
		dbcsl_append_normal_name(&r->out, ddl->columns[column].name);
		d->list = dbcsl_ddl_take_normal_form(r);
	}
	else if (d->descending)
		d->list = dbc_format(&r->h->base, "%s desc", d->list);
}

/* "start list)". */
static const char *
take_label(dbcsl_ddl_reader *r, const char *start, const char *list)
{
	dbc_append(&r->out, start);
	dbc_append(&r->out, list);
	dbc_append(&r->out, ")");
	return dbcsl_ddl_take_normal_form(r);
}

/* The definition of a foreign key after its label. */
static const char *
take_foreign_key(dbcsl_ddl_reader *r, const dbcsl_ddl_constraint_draft *d,
				 const char *label)
{
	dbc_append(&r->out, label);
	dbc_append(&r->out, d->parent_list);
	dbc_append(&r->out, d->match);
	dbc_append(&r->out, d->on_delete);
	dbc_append(&r->out, d->on_update);
	dbc_append(&r->out, d->deferrable);
	return dbcsl_ddl_take_normal_form(r);
}

/* Converts a draft to a constraint. */
static dbcsl_ddl_constraint
finish(dbcsl_ddl_reader *r, dbcsl_ddl_constraint_draft *d)
{
	dbcsl_ddl_constraint c = d->parts;

	switch (c.kind)
	{
		case DBCSL_PRIMARY_KEY:
			resolve_primary_key(r, d);
			c.label = "primary key";
			dbc_append(&r->out, "primary key (");
			dbc_append(&r->out, d->list);
			dbc_append(&r->out, ")");
			dbc_append(&r->out, d->conflict);
			dbc_append(&r->out, c.autoincrement ? " autoincrement" : "");
			c.definition = dbcsl_ddl_take_normal_form(r);
			break;
		case DBCSL_UNIQUE:
			c.label = take_label(r, "unique (", d->list);
			dbc_append(&r->out, c.label);
			dbc_append(&r->out, d->conflict);
			c.definition = dbcsl_ddl_take_normal_form(r);
			break;
		case DBCSL_CHECK:
			c.label = take_label(r, "check (", d->list);
			c.definition = c.label;
			break;
		case DBCSL_FOREIGN_KEY:
			dbc_append(&r->out, "foreign key (");
			dbc_append(&r->out, d->list);
			dbc_append(&r->out, ") references ");
			dbcsl_append_normal_name(&r->out, c.parent);
			c.label = dbcsl_ddl_take_normal_form(r);
			c.definition = take_foreign_key(r, d, c.label);
			break;
	}
	return c;
}

/* Makes constraints of the drafts. */
void
dbcsl_ddl_finish_constraints(dbcsl_ddl_reader *r)
{
	dbcsl_ddl *ddl = r->ddl;

	ddl->constraints = dbcsl_alloc(&r->h->base, ((size_t) r->ndrafts + 1) *
													sizeof(*ddl->constraints));
	for (int i = 0; i < r->ndrafts; i++)
	{
		ddl->constraints[i] = finish(r, &r->drafts[i]);
		ddl->autoincrement |= ddl->constraints[i].autoincrement;
	}
	ddl->nconstraints = r->ndrafts;
}
