/*
 * sync.c
 *	  Rows of the fake host as raw values.
 */
#include "test/unit/fake/script.h"

#include "common/sync/host.h"

/* Every query returns these rows: columns id, the key, a and b. */
static void
scan(dbc_host *host, const char *query, const dbc_relation *table,
	 const dbc_sync_value *bounds, int nbounds,
	 void (*row)(dbc_host *, void *, const dbc_sync_value *), void *arg)
{
	const dbc_sync_value rows[][3] = {
		{{.kind = DBC_SYNC_INTEGER, .integer = 1},
		 {.kind = DBC_SYNC_REAL, .real = 1.5},
		 {.kind = DBC_SYNC_TEXT, .bytes = "{\"b\": [1e2]}", .length = 12}},
		{{.kind = DBC_SYNC_INTEGER, .integer = 2},
		 {.kind = DBC_SYNC_NULL},
		 {.kind = DBC_SYNC_MICROSECONDS, .integer = 1}},
		{{.kind = DBC_SYNC_INTEGER, .integer = 3},
		 {.kind = DBC_SYNC_INTEGER, .integer = 7},
		 {.kind = DBC_SYNC_NULL}}};

	(void) table;
	(void) bounds;
	(void) nbounds;
	fake_note(host, "scan")->phase = query;
	row(host, arg, rows[0]);
	row(host, arg, rows[1]);
	row(host, arg, rows[2]);
}

static void
hold(dbc_host *host)
{
	fake_note(host, "hold a snapshot");
}

static void
check_path(dbc_host *host, const char *path)
{
	fake_note(host, "check a path")->phase = path;
}

const dbc_sync_host fake_sync = {
	.scan = scan, .hold = hold, .check_path = check_path};
