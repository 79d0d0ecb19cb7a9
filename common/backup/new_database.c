/*
 * new_database.c
 *	  [PG] Restoring a dump into a new database of the live cluster.
 *
 * It has a hidden name until it is complete: a call that is killed leaves no
 * database that could be taken for a restored one.  It is no more open than the
 * database of the session: PostgreSQL's default is that every role may connect.
 */
#include "common/backup/catalog.h"
#include "common/backup/fill.h"
#include "common/core/text.h"

typedef struct making
{
	dbc_filling *fill;
	const char *name; /* in the end */
	void (*prepare)(dbc_host *, void *);
	void *arg;
	dbc_backup_proof proof;
} making;

const char *
dbc_backup_dump_hidden_database(dbc_host *host)
{
	return dbc_format(host, "dbcare_restore_%s", dbc_backup_random(host, 8));
}

/* Drops the database; a failure is only told. */
static void
drop_database(dbc_host *host, void *arg)
{
	const making *m = arg;
	dbc_program_end end = dbc_backup_dump_run_on_database(m->fill, "dropdb");

	if (end.status != 0)
		dbc_notice(host, "database \"%s\" was not dropped: %s",
				   m->fill->database, end.messages);
}

static void
change_database(dbc_host *host, const making *m, const char *sql)
{
	dbc_program_end end =
		dbc_backup_program_run_sql(host, m->fill->maintenance, sql, 0);

	dbc_backup_program_require(host, "psql", &end);
}

/* Gives the database its name, and every role the rights that it has here. */
static void
rename_database(dbc_host *host, const making *m)
{
	const char *hidden = m->fill->database;
	const char *rights = dbc_get_text_or_null(
		host, dbc_query(host, "backup/public_rights"), 0, 0);

	if (rights)
		change_database(host, m,
						dbc_format(host, "grant %s on database %s to public",
								   rights, hidden));
	change_database(host, m,
					dbc_format(host, "alter database %s rename to %s", hidden,
							   dbc_quote(host, m->name)));
}

static void
fill_database(dbc_host *host, void *arg)
{
	making *m = arg;

	change_database(host, m,
					dbc_format(host, "revoke all on database %s from public",
							   m->fill->database));
	if (m->prepare)
		m->prepare(host, m->arg);
	m->proof = dbc_backup_dump_fill(m->fill);
	if (!m->proof.problem && !m->proof.unknown)
		rename_database(host, m);
}

dbc_backup_proof
dbc_backup_dump_make_database(dbc_host *host, dbc_filling *fill,
							  const char *name,
							  void (*prepare)(dbc_host *, void *), void *arg)
{
	making m = {fill, name, prepare, arg, {0}};
	const dbc_rows *left = dbc_query(host, "backup/left_databases");
	dbc_program_end end;

	for (int i = 0; i < left->nrows; i++)
		dbc_notice(host, "%s", dbc_get_text(host, left, i, 0));
	end = dbc_backup_dump_run_on_database(fill, "createdb");
	dbc_backup_program_require(host, "createdb", &end);
	DBC_CALL(host, backup, or_undo)(host, fill_database, drop_database, &m);
	if (m.proof.problem || m.proof.unknown)
		drop_database(host, &m);
	return m.proof;
}
