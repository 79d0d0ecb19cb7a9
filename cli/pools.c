/*
 * pools.c
 *	  The verb pools: which clients of PgBouncer wait for a connection.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/postgresql.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "common/core/sort.h"

/* From here on a wait is a finding: a statement that is fast waits longer for its
 * connection than it runs. */
#define WAIT_MS 1000

/* Columns of SHOW POOLS, by name: their order differs between releases. */
typedef struct pool
{
	const char *database;
	const char *user;
	const char *mode;
	long long clients;
	long long waiting;
	long long wait_ms; /* of the first one that waits */
	long long busy;	   /* connections to the server */
	long long idle;
} pool;

static const char *
text_of(const cli_result *rows, int row, const char *name)
{
	int column = cli_column(rows, name);
	const char *text = column < 0 ? NULL : *cli_cell(rows, row, column);

	return text ? text : "";
}

static long long
number_of(const cli_result *rows, int row, const char *name)
{
	return atoll(text_of(rows, row, name));
}

/* The longest wait first, then the most that wait, then by name. */
static int
compare(const void *left, const void *right)
{
	const pool *l = left;
	const pool *r = right;
	int order = (r->wait_ms > l->wait_ms) - (r->wait_ms < l->wait_ms);

	if (order == 0)
		order = (r->waiting > l->waiting) - (r->waiting < l->waiting);
	if (order == 0)
		order = strcmp(l->database, r->database);
	return order ? order : strcmp(l->user, r->user);
}

/* The pools of an answer, but that of the console itself; *count gets their number. */
static pool *
read_pools(const cli_result *rows, int *count)
{
	pool *pools = cli_alloc((size_t) rows->nrows + 1, sizeof(*pools));

	*count = 0;
	for (int row = 0; row < rows->nrows; row++)
	{
		const char *database = text_of(rows, row, "database");

		if (strcmp(database, "pgbouncer") == 0)
			continue;
		pools[(*count)++] = (pool){
			.database = database,
			.user = text_of(rows, row, "user"),
			.mode = text_of(rows, row, "pool_mode"),
			.clients = number_of(rows, row, "cl_active"),
			.waiting = number_of(rows, row, "cl_waiting"),
			.wait_ms = number_of(rows, row, "maxwait") * 1000 +
					   number_of(rows, row, "maxwait_us") / 1000,
			.busy = number_of(rows, row, "sv_active"),
			.idle = number_of(rows, row, "sv_idle") +
					number_of(rows, row, "sv_used"),
		};
	}
	dbc_sort(pools, (size_t) *count, sizeof(*pools), compare);
	return pools;
}

/* What to do about a pool whose clients wait. */
static char *
advise(const pool *p)
{
	cli_text text = {0};

	if (p->busy == 1)
		cli_add(&text, "The only connection is taken");
	else
		cli_addf(&text, "%lld connections are taken", p->busy);
	cli_addf(&text,
			 ": shorten the %s of its clients, or raise pool_size, within "
			 "max_connections of the server.",
			 strcmp(p->mode, "session") == 0 ? "sessions" : "transactions");
	return text.data;
}

static char *
number(long long value)
{
	cli_text text = {0};

	cli_addf(&text, "%lld", value);
	return text.data;
}

static cli_result
list_pools(const pool *pools, int count)
{
	static const char *const names[] = {
		"severity", "database_name", "user_name",	"mode", "clients",
		"waiting",	"wait_ms",		 "connections", "idle", "suggestion"};
	const int ncolumns = sizeof(names) / sizeof(names[0]);
	cli_result list = cli_new_result(ncolumns, count);

	for (int i = 0; i < ncolumns; i++)
	{
		list.names[i] = cli_copy(names[i]);
		list.types[i] = i >= 4 && i <= 8 ? DBC_T_INT : DBC_T_TEXT;
	}
	for (int row = 0; row < count; row++)
	{
		const pool *p = &pools[row];
		bool waits = p->waiting > 0 && p->wait_ms >= WAIT_MS;
		char *const cells[] = {cli_copy(waits ? "warning" : "ok"),
							   cli_copy(p->database),
							   cli_copy(p->user),
							   cli_copy(p->mode),
							   number(p->clients),
							   number(p->waiting),
							   number(p->wait_ms),
							   number(p->busy + p->idle),
							   number(p->idle),
							   waits ? advise(p) : NULL};

		for (int i = 0; i < ncolumns; i++)
			*cli_cell(&list, row, i) = cells[i];
	}
	return list;
}

int
cli_run_pools(cli_invocation *invocation)
{
	cli_database *db = &invocation->db;
	cli_result rows;
	cli_result list;
	pool *pools;
	int count;
	int code;

	if (!cli_find_target(cli_given(invocation, "ADDRESS"), &db->target))
		return CLI_ERROR;
	if (db->target.engine != DBC_ON_POSTGRESQL)
	{
		cli_complain("this is no address of PgBouncer",
					 cli_given(invocation, "ADDRESS"),
					 "Such as 'host=localhost port=6432 dbname=pgbouncer'.");
		return CLI_ERROR;
	}
	db->driver = &cli_postgresql_driver;
	if (!cli_ask_console(db, "show pools", &rows))
	{
		cli_print_error(db);
		cli_close(db);
		return CLI_ERROR;
	}
	pools = read_pools(&rows, &count);
	list = list_pools(pools, count);
	cli_show_result(invocation, &list);
	code = cli_judge(invocation, &list);
	free(pools);
	cli_free_result(&list);
	cli_free_result(&rows);
	cli_close(db);
	return code;
}
