/*
 * audit.c
 *	  A fake host for tests of the log of changes; see audit.h.
 */
#include "test/unit/fake/audit.h"

#include "common/audit/seal.h"
#include "test/unit/fake/script.h"

/* Sixteen digits, and a hash that is well-formed. */
#define DIGITS "0123456789abcdef"
#define HASH   DIGITS DIGITS DIGITS DIGITS

#define MOMENT "2026-11-21T09:00:00.000Z"

/* The columns of the table, as stored in audit_shape. */
#define COLUMNS                                                     \
	"[{\"n\": 1, \"v\": \"7.8.0\", \"key\": 1, \"name\": \"id\"}, " \
	"{\"n\": 2, \"v\": \"7.8.9\", \"name\": \"a\"}, "               \
	"{\"n\": 3, \"name\": \"b\"}]"

/* The changes; the update sets the key to what it was. */
#define UPDATED "{\"id\": [1, 1], \"a\": [\"v\", \"w\"]}"
#define DELETED "{\"id\": 1, \"a\": \"w\", \"b\": \"y\"}"
#define PRESENT "{\"id\": 1, \"a\": \"x\", \"b\": \"y\"}"

/* An update that does not change the key, though it has its name. */
#define NAMED "{\"a\": [{\"id\": 1}, \"v\"]}"

/* Names who changes rows; a transaction is always open. */
static bool
set_actor(dbc_host *host, const char *name)
{
	(void) name;
	fake_note(host, "set_actor");
	return true;
}

const dbc_audit_host fake_audit = {.set_actor = set_actor};

/* What enabling and disabling ask. */
static void
add_tables(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake_rows(fake, "audit/table", 3, 1, dbc_int(7), dbc_bool(true), n);
	fake_rows(fake, "audit/mode", 1, 1, dbc_text("strict"));
	fake_rows(fake, "audit/columns", 9, 3, dbc_int(1), dbc_text("id"),
			  dbc_text("int"), dbc_int(1), dbc_text("7.8.0"), n, dbc_bool(true),
			  n, dbc_bool(false), dbc_int(2), dbc_text("a"), dbc_text("text"),
			  n, dbc_text("7.8.9"), dbc_text("{\"1\": \"a\"}"), dbc_bool(true),
			  dbc_text("null"), dbc_bool(false), dbc_int(3), dbc_text("b"),
			  dbc_text("text"), n, n, n, dbc_bool(true), dbc_text("null"),
			  dbc_bool(true));
	fake_rows(fake, "audit/set_table", 1, 1, dbc_int(7));
	fake_rows(fake, "audit/table_states", 2, 1, dbc_int(7), dbc_text("[]"));
	fake_rows(fake, "audit/add_key", 0, 0);
	fake_rows(fake, "audit/last_shape", 1, 0);
	fake_rows(fake, "audit/add_shape", 1, 1, dbc_int(8));
	fake_rows(fake, "audit/drop_triggers", 1, 1, dbc_text("drop triggers"));
	fake_rows(fake, "drop triggers", 0, 0);
	fake_rows(fake, "audit/triggers", 1, 1, dbc_text("log it"));
	fake_rows(fake, "log it", 0, 0);
	fake_rows(fake, "audit/end_table", 0, 0);
	fake_rows(fake, "audit/tables", 7, 1, dbc_text("t"), dbc_text("strict"),
			  dbc_text("{}"), dbc_text(MOMENT), dbc_text("me"), n,
			  dbc_text("its triggers are missing"));
}

/* What listing the log asks. */
static void
add_log(fake_host *fake)
{
	static const char *const queries[] = {"audit/log", "audit/feed"};
	dbc_value n = dbc_null();
	dbc_value at = dbc_text(MOMENT);
	dbc_value t = dbc_text("t");
	dbc_value key = dbc_text("1");

	for (int i = 0; i < 2; i++)
		fake_rows(fake, queries[i], 12, 3, dbc_int(4), at, n, n, n, n, n, t,
				  key, dbc_text("insert"), n, dbc_int(1), dbc_int(3), at, n, n,
				  n, n, n, t, key, dbc_text("delete"), dbc_text(DELETED),
				  dbc_int(1), dbc_int(2), at, n, n, n, n, n, t, key,
				  dbc_text("update"), dbc_text(UPDATED), dbc_int(1));
	fake_rows(fake, "audit/history", 14, 1, dbc_int(4), at, n, n, n, n, n, t,
			  key, dbc_text("update"), dbc_text(UPDATED), dbc_int(1),
			  dbc_int(8), dbc_text(COLUMNS));
	fake_rows(fake, "audit/seals_of", 3, 1, dbc_int(1), dbc_int(2), dbc_int(2));
	fake_rows(fake, "audit/hidden", 1, 0);
	fake_rows(fake, "audit/named", 1, 1, dbc_int(7));
	fake_rows(fake, "audit/feed_start", 2, 1, dbc_int(1), dbc_int(3));
}

/* What rows in the past ask, and taking back and erasing their changes. */
static void
add_changes(fake_host *fake)
{
	static const char *const newer[] = {"audit/moves", "audit/moved_in"};
	dbc_value shape = dbc_int(8);
	dbc_value columns = dbc_text(COLUMNS);
	dbc_value key = dbc_text("1");
	dbc_value inserted = dbc_text("insert");
	dbc_value deleted = dbc_text("delete");
	dbc_value updated = dbc_text("update");
	dbc_value id = dbc_int(7);
	dbc_value a = dbc_text("a");

	fake_rows(fake, "audit/logged_since", 3, 1, dbc_text(MOMENT),
			  dbc_bool(false), dbc_bool(false));
	fake_rows(fake, "audit/shape_at", 1, 1, columns);
	for (int i = 0; i < 2; i++)
		fake_rows(fake, newer[i], 6, 4, dbc_int(4), shape, columns, inserted,
				  key, dbc_text("{}"), dbc_int(3), shape, columns, deleted, key,
				  dbc_text(DELETED), dbc_int(2), shape, columns, updated, key,
				  dbc_text(UPDATED), dbc_int(1), shape, columns, updated, key,
				  dbc_text(NAMED));
	fake_rows(fake, "audit/newer_keys", 6, 1, dbc_int(4), shape, columns,
			  dbc_text(""), key, dbc_text("{}"));
	fake_rows(fake, "audit/newer_rows", 8, 3, dbc_int(4), shape, columns,
			  inserted, key, dbc_text("{}"), dbc_int(0), dbc_bool(true),
			  dbc_int(3), shape, columns, deleted, key, dbc_text(DELETED),
			  dbc_int(0), dbc_bool(true), dbc_int(2), shape, columns, updated,
			  key, dbc_text(UPDATED), dbc_int(0), dbc_bool(true));
	fake_rows(fake, "audit/key_changed", 1, 1, dbc_bool(false));
	fake_rows(fake, "audit/logged_keys", 3, 1, dbc_text("1.0"), shape, columns);
	fake_rows(fake, "audit/kept_keys", 1, 1, dbc_text("1.0"));
	fake_rows(fake, "audit/present", 3, 1, dbc_text("the rows"),
			  dbc_bool(false), dbc_bool(false));
	fake_rows(fake, "the rows", 1, 1, dbc_text(PRESENT));
	fake_rows(fake, "the rows where the row", 1, 1, dbc_text(PRESENT));
	fake_rows(fake, "audit/undo_tables", 6, 1, id, a, dbc_int(3), dbc_int(2),
			  dbc_int(4), dbc_bool(false));
	fake_rows(fake, "audit/undo_keys", 6, 1, dbc_int(4), shape, columns,
			  inserted, key, dbc_text("{}"));
	fake_rows(fake, "audit/staged_keys", 1, 1, key);
	fake_rows(fake, "audit/table_now", 1, 1, a);
	fake_rows(fake, "audit/restorable", 1, 1, dbc_bool(false));
	fake_rows(fake, "audit/stage_row", 0, 0);
	fake_rows(fake, "audit/stage_rows", 0, 0);
	fake_rows(fake, "audit/stage_left", 0, 0);
	fake_rows(fake, "audit/unstage_rows", 0, 0);
	fake_rows(fake, "audit/shapes", 1, 1,
			  dbc_text("[{\"n\": 4, \"name\": \"dropped\"}]"));
	fake_rows(fake, "audit/set_changed", 0, 0);
	fake_rows(fake, "audit/set_salts", 0, 0);
	fake_rows(fake, "audit/trash_rows", 4, 1, dbc_int(1), dbc_text(PRESENT),
			  dbc_text(MOMENT), key);
	fake_rows(fake, "row/keys", 1, 1, dbc_text("the row"));
	fake_rows(fake, "audit/set_trash", 0, 0);
	fake_rows(fake, "audit/forget_trash", 0, 0);
	fake_rows(fake, "audit/saved_rows", 4, 1, dbc_int(1), dbc_text(PRESENT),
			  dbc_text(PRESENT), dbc_text(MOMENT));
	fake_rows(fake, "audit/set_saved", 0, 0);
	fake_rows(fake, "row/has_holds", 1, 1, dbc_bool(false));
	fake_rows(fake, "core/act_shape", 0, 0);
	fake_rows(fake, "core/act_add", 1, 1, dbc_int(5));
}

/* A seal, from another cluster on PostgreSQL, and what it was made of: entry 2,
 * of which a value was erased. */
static void
add_seal(fake_host *fake)
{
	dbc_host *host = &fake->base;
	bool is_sqlite = host->engine == DBC_ON_SQLITE;
	dbc_value n = dbc_null();
	dbc_value at = dbc_text(MOMENT);
	dbc_value entry[DBC_ENTRY_CHANGED + 1] = {
		dbc_int(2),
		dbc_int(1),
		n,
		at,
		dbc_int(7),
		dbc_text(COLUMNS),
		n,
		n,
		n,
		n,
		n,
		n,
		dbc_text("update"),
		dbc_text("1"),
		n,
		dbc_text("{\"a\": [1, 2], \"b\": {\"erased\": \"" HASH "\"}}")};
	dbc_value seal[DBC_SEAL_ROOT] = {dbc_int(1),
									 at,
									 dbc_text(is_sqlite ? "" : "another"),
									 dbc_int(0),
									 dbc_int(1),
									 dbc_int(2),
									 dbc_int(2),
									 dbc_int(2),
									 at,
									 dbc_int(1),
									 dbc_text("{}"),
									 n,
									 dbc_text("")};
	dbc_audit_salts salts;
	const char *leaf;
	const char *leaves;

	dbc_audit_read_salts(host, &salts, "1:" HASH);
	leaf = dbc_audit_leaf(host, entry, &salts, 0);
	leaves = dbc_format(host, "{\"2\":\"%s\"}", leaf);
	seal[DBC_SEAL_DIGEST] = dbc_text(dbc_sha256(host, leaves));
	fake_rows(fake, "audit/seals", DBC_SEAL_KEPT + 1, 1, seal[0], seal[1],
			  seal[2], seal[3], seal[4], seal[5], seal[6], seal[7], seal[8],
			  seal[9], seal[10], seal[11], seal[12],
			  dbc_text(dbc_audit_root(host, seal)), dbc_bool(true));
	fake_rows(fake, "audit/seal_texts", 2, 1, dbc_text(leaves),
			  dbc_text("1:" HASH));
	fake_rows(fake, "audit/sealed", DBC_ENTRY_CHANGED + 3, 1, entry[0],
			  dbc_text(leaf), entry[0], entry[1], n, at, entry[4], entry[5], n,
			  n, n, n, n, n, entry[12], entry[13], n, entry[15]);
	fake_rows(fake, "audit/unsealed", DBC_ENTRY_CHANGED + 1, 1, dbc_int(3),
			  entry[1], n, at, entry[4], entry[5], n, n, n, n, n, n, entry[12],
			  entry[13], n, dbc_text(DELETED));
}

/* What sealing and verifying ask: the log is as it was sealed, and its seal is
 * an old one. */
static void
add_seals(fake_host *fake)
{
	add_seal(fake);
	fake_rows(fake, "audit/place", 5, 1, dbc_text(""), dbc_int(1), dbc_int(2),
			  dbc_bool(false), dbc_text(HASH));
	fake_rows(fake, "core/event_triggers", 1, 1, dbc_text("watch it"));
	fake_rows(fake, "audit/roles_watched", 1, 1, dbc_bool(true));
	fake_rows(fake, "audit/role_changes", 3, 1, dbc_text("\"ann\""), dbc_null(),
			  dbc_text("{\"login\": true}"));
	fake_rows(fake, "audit/lock_entries", 0, 0);
	fake_rows(fake, "audit/left_entries", DBC_ENTRY_CHANGED + 1, 0);
	fake_rows(fake, "audit/add_seal", 0, 0);
	fake_set(fake, "audit_keep_days", "30");
	fake_rows(fake, "audit/old_seals", 1, 1, dbc_int(1));
	fake_rows(fake, "audit/remove_entries", 0, 0);
	fake_affects(fake, "audit/remove_entries", 1);
	fake_rows(fake, "audit/remove_leaves", 0, 0);
	fake_rows(fake, "audit/erasures", 2, 1, dbc_int(2), dbc_text("b"));
	fake_rows(fake, "audit/orphans", 2, 0);
	fake_rows(fake, "audit/other_objects", 3, 0);
	fake_rows(fake, "audit/removals", 2, 0);
	fake_rows(fake, "audit/table_acts", 4, 0);
	fake_rows(fake, "audit/count_sealed", 1, 1, dbc_int(1));
}

void
fake_audits(fake_host *fake)
{
	add_tables(fake);
	add_log(fake);
	add_changes(fake);
	add_seals(fake);
}
