/*
 * archive.c
 *	  A fake host for tests of deleted rows; see archive.h.
 */
#include "test/unit/fake/archive.h"
#include "test/unit/fake/script.h"

int64_t
fake_restore(dbc_host *host, dbc_row_step *steps, int nsteps)
{
	fake_note(host, "restore rows")->table = steps[0].table->name;
	return nsteps;
}

/* What marking rows asks: a table whose rows follow, and one whose do not. */
static void
add_marks(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake_rows(fake, "archive/flag_setup", 4, 2, dbc_text("mark it"),
			  dbc_bool(false), n, dbc_int(1), dbc_text("advice"),
			  dbc_bool(true), n, dbc_int(2));
	fake_rows(fake, "mark it", 0, 0);
	fake_rows(fake, "archive/flag_drop", 1, 1, dbc_text("drop the view"));
	fake_rows(fake, "drop the view", 0, 0);
	fake_rows(fake, "archive/flag_links", 5, 2, dbc_text("t"), dbc_text("a"),
			  dbc_text("m"), dbc_bool(true), dbc_text("flag"), dbc_text("t"),
			  dbc_text("b"), dbc_text("m"), dbc_bool(false), n);
	fake_rows(fake, "archive/add_flag", 1, 1, dbc_int(5));
	fake_rows(fake, "archive/count_flag", 0, 0);
	fake_rows(fake, "archive/stamp", 1, 1, dbc_text("deleted_at = now"));
	fake_rows(fake,
			  "update a as c set deleted_at = now from t as p where "
			  "p.deletion_id = 5 and (m) and c.deleted_at is null",
			  0, 0);
	fake_rows(fake,
			  "select count(*) from t as p, b as c where p.deletion_id = 5 "
			  "and (m)",
			  1, 1, dbc_int(0));
	fake_rows(fake,
			  "select deletion_id from t where (the row) and deleted_at is "
			  "not null",
			  1, 1, n);
	fake_rows(fake, "archive/flag", 1, 0);
	fake_rows(fake, "archive/flag_tables", 3, 1, dbc_text("t"), dbc_bool(true),
			  dbc_bool(true));
	fake_rows(fake, "archive/flagged", 1, 1, dbc_text("list them"));
	fake_rows(fake, "list them", 6, 2, dbc_text("1"), dbc_text("2026"), n, n,
			  dbc_text("2026"), dbc_text("{}"), dbc_text("2"), dbc_text("2026"),
			  n, dbc_int(6), dbc_text("2026"), dbc_text("{}"));
	fake_rows(fake, "archive/flag_counts", 3, 1, dbc_int(6), dbc_text("2"),
			  dbc_text("reason"));
}

/* What the trash asks: a batch of two rows, one of them without its parent. */
static void
add_trash(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake_rows(fake, "archive/hidden", 1, 0);
	fake_rows(fake, "archive/renamed", 2, 1, dbc_text("u"), n);
	fake_rows(fake, "archive/follow_names", 0, 0);
	fake_rows(fake, "archive/dropped", 1, 0);
	fake_rows(fake, "archive/held_tables", 1, 1, dbc_text("u"));
	fake_rows(fake, "archive/lock_trash", 0, 0);
	fake_rows(fake, "archive/reason", 1, 1, dbc_int(6));
	fake_rows(fake, "archive/batch", 1, 1, dbc_int(6));
	fake_rows(fake, "archive/batch_tables", 4, 1, dbc_text("u"), dbc_int(1),
			  dbc_int(0), dbc_int(1));
	fake_rows(fake, "archive/batch_rows", 5, 1, dbc_int(1), dbc_text("u"),
			  dbc_text("1"), dbc_int(0), dbc_int(1));
	fake_rows(fake, "archive/lost", 1, 1, n);
	fake_rows(fake, "archive/stale", 1, 1, dbc_bool(false));
	fake_rows(fake, "archive/family", 4, 1, dbc_text("s"), dbc_text("u"),
			  dbc_text("s.u"), dbc_bool(false));
	fake_rows(fake, "archive/note_shape", 0, 0);
	fake_rows(fake, "row/moved", 3, 0);
	fake_rows(fake, "row/moved_log", 1, 0);
	fake_rows(fake, "archive/note_gaps", 0, 0);
	fake_rows(fake, "archive/note_trigger", 0, 0);
	fake_rows(fake, "archive/lose_links", 0, 0);
	fake_rows(fake, "archive/shape_table", 2, 1, dbc_text("u"), dbc_bool(true));
	fake_rows(fake, "archive/changes", 5, 3, dbc_text("added"), n,
			  dbc_text("added"), n, dbc_text("7"), dbc_text("renamed"),
			  dbc_text("was"), dbc_text("is"), n, n, n, dbc_text("u_id"),
			  dbc_text("u_id"), n, n);
	fake_rows(fake, "archive/stage", 0, 0);
	fake_rows(fake, "archive/unstage", 0, 0);
	fake_rows(fake, "archive/follow_places", 0, 0);
	fake_rows(fake, "archive/forget", 0, 0);
	fake_rows(fake, "archive/detached", 7, 1, dbc_text("a"), dbc_text("1"),
			  dbc_text("{\"u_id\": 1}"), dbc_int(1), n, n, dbc_bool(false));
	fake_rows(fake, "archive/link", 2, 1, dbc_text("u_id = 1"),
			  dbc_text("u_id is null"));
	fake_rows(fake, "archive/deleted", 9, 1, dbc_text("u"), dbc_text("1"),
			  dbc_text("2026"), n, dbc_int(6), dbc_int(1), dbc_text("2026"),
			  dbc_text("{}"), n);
}

/* What a purge of the trash asks: the last window of rows, none of them
 * held. */
static void
add_purge(fake_host *fake)
{
	fake_rows(fake, "archive/cutoff", 3, 1, dbc_text("2026"), dbc_text("true"),
			  dbc_text("at"));
	fake_rows(fake, "archive/last_hold", 1, 1, dbc_int(0));
	fake_rows(fake, "archive/purge_span", 2, 1, dbc_int(0), dbc_int(9));
	fake_rows(fake, "archive/purge_window", 2, 0);
	fake_rows(fake, "archive/purge_batch", 1, 1, dbc_bool(true));
	fake_rows(fake, "archive/purge", 0, 0);
	fake_affects(fake, "archive/purge", 2);
	fake_rows(fake, "archive/purge_preview", 6, 1, dbc_text("u"),
			  dbc_bool(false), dbc_int(2), dbc_int(9), dbc_text("2026"),
			  dbc_text("2026"));
}

/* What files of purged rows ask: both tables have some. */
static void
add_files(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake_rows(fake, "archive/file_columns", 2, 2, dbc_text("t"),
			  dbc_text("path"), dbc_text("u"), dbc_text("path"));
	fake_rows(fake, "archive/purge, with files", 4, 1, dbc_text("u"),
			  dbc_text("1"), dbc_text("{}"), dbc_int(0));
	fake_affects(fake, "archive/purge, with files", 2);
	fake_rows(fake, "archive/leave_file", 0, 0);
	fake_rows(fake, "archive/leave_files", 1, 1, dbc_text("leave it "));
	fake_rows(fake, "archive/flag_batches", 1, 0);
	fake_rows(fake, "archive/forget_flags", 0, 0);
	fake_rows(fake, "archive/last_trash", 1, 1, dbc_int(0));
	fake_rows(fake, "archive/forget_purged", 0, 0);
	fake_rows(fake, "archive/left_columns", 2, 1, dbc_text("t"),
			  dbc_text("path"));
	fake_rows(fake, "archive/unused_files", 2, 1, dbc_text("unused"),
			  dbc_bool(false));
	fake_rows(fake, "unused", 6, 1, dbc_int(1), dbc_text("t"), dbc_text("1"),
			  dbc_text("/a"), dbc_text("2026"), dbc_text("me"));
	fake_rows(fake, "archive/removed_files", 8, 1, dbc_int(1), dbc_text("t"),
			  dbc_text("1"), dbc_text("/a"), dbc_text("2026"), dbc_text("me"),
			  dbc_text("2026"), dbc_text("me"));
	fake_rows(fake, "archive/kept_rows", 1, 1, dbc_text("t"));
	fake_rows(fake, "archive/left_file", 1, 1, dbc_int(1));
	fake_rows(fake, "archive/packed_files", 11, 1, dbc_int(3), dbc_text("t"),
			  dbc_text("default"), dbc_text("/backups/packed"), dbc_int(1),
			  dbc_int(12), dbc_text("hash"), dbc_text("2026"), dbc_text("me"),
			  n, n);
	fake_rows(fake, "archive/packed_file", 5, 1, dbc_text("t"),
			  dbc_text("/backups"), dbc_text("packed"), dbc_int(1),
			  dbc_text("3b00ba5361676a0a8152642a6edaf54a"
					   "222bd409b5774b5b461ac8d1cee09cb4"));
	fake_rows(fake, "archive/next_batch", 1, 1, dbc_int(6));
	fake_rows(fake, "archive/unpack_row", 1, 1, dbc_bool(true));
	fake_rows(fake, "archive/packed_restored", 0, 0);
	fake_rows(fake, "archive/files_done", 1, 1, n);
}

/* What the status asks: of both tables, and of a policy. */
static void
add_status(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake_rows(fake, "archive/uncovered", 1, 1, dbc_text("u"));
	fake_rows(fake, "retention/status", 8, 2, dbc_text("t"), dbc_text("flag"),
			  dbc_int(0), dbc_int(0), dbc_int(1), n, dbc_int(0),
			  dbc_bool(false), dbc_text("u"), dbc_text("trash"), dbc_int(1),
			  dbc_int(2), dbc_int(0), dbc_text("2026"), dbc_int(1),
			  dbc_bool(true));
	fake_rows(fake, "row/has_holds", 1, 1, dbc_bool(false));
	fake_rows(fake, "retention/status_table", 2, 1, dbc_int(7),
			  dbc_text("count the marks"));
	fake_rows(fake, "count the marks", 3, 1, dbc_int(1), n, dbc_int(0));
	fake_rows(fake, "retention/policy_status", 5, 1, dbc_text("t"),
			  dbc_text("default"), n, n, n);
	fake_rows(fake, "schedule/schedule", 9, 1, dbc_text("03:30"),
			  dbc_json("{}"), n, dbc_text("2026-11-20T03:30:00.000Z"),
			  dbc_text("2026-11-21T03:30:00.000Z"), n,
			  dbc_json("{\"t\": \"why\"}"), n, n);
	fake_rows(fake, "schedule/homes", 3, 0);
	fake_rows(fake, "schedule/schedule_store", 0, 0);
	fake_rows(fake, "schedule/schedule_drop", 0, 0);
	fake_rows(fake, "backup/schedule_role", 5, 1, dbc_text("me"),
			  dbc_bool(true), dbc_bool(true), dbc_text("owner"),
			  dbc_bool(true));
	fake_rows(fake, "salvage/salvage_facts", 5, 1, dbc_bool(true),
			  dbc_bool(true), dbc_int(1), dbc_int(77), n);
	fake_rows(fake, "create table main./saved.db (id integer)", 0, 0);
	fake_rows(fake, "alter table main./saved.db owner to owner", 0, 0);
	fake_rows(fake, "create unique index on main./saved.db (id)", 0, 0);
	fake_rows(fake,
			  "select 1 from main./saved.db as t where t.id "
			  "operator(pg_catalog.=) '5'",
			  1, 0);
	fake_rows(fake, "insert into main./saved.db (note, id) values (null, '5')",
			  0, 0);
}

/* What the policies ask: one that archives and anonymises, one of a table in
 * the trash that deletes and purges, and one that drops partitions. */
static void
add_policies(fake_host *fake)
{
	dbc_value n = dbc_null();
	dbc_value at = dbc_text("2026");
	dbc_value me = dbc_text("me");

	fake_rows(
		fake, "retention/policies", 11, 3, dbc_int(1), dbc_text("t"),
		dbc_text("default"),
		dbc_json("{\"timestamp_column\": \"made\", \"archive_after_days\": 1, "
				 "\"to\": \"t_archive\", \"anonymise_after_days\": 1, "
				 "\"columns\": {\"a\": \"1\"}}"),
		at, me, n, n, n, n, n, dbc_int(2), dbc_text("u"), dbc_text("old"),
		dbc_json("{\"timestamp_column\": \"made\", \"delete_after_days\": 1, "
				 "\"cascade\": true, \"where\": \"b -- c\", "
				 "\"purge_deleted_after_days\": 1}"),
		at, me, n, n, n, n, n, dbc_int(3), dbc_text("u"), dbc_text("parts"),
		dbc_json("{\"timestamp_column\": \"made\", \"delete_after_days\": 1}"),
		at, me, n, n, n, n, n);
	fake_rows(fake, "retention/policy_partitions", 12, 1, dbc_bool(true),
			  dbc_text("ask pg_partman"), dbc_text("p"), dbc_text("p"),
			  dbc_int(1), dbc_int(2), at, at, dbc_text("detach it"),
			  dbc_text("drop it"), dbc_int(7), dbc_text("lock them"));
	fake_rows(fake, "ask pg_partman", 1, 0);
	fake_rows(fake, "retention/policy_shape", 1, 1, dbc_text("[\"made\"]"));
	fake_rows(fake, "retention/policy_changed", 1, 1, dbc_text("unnamed"));
	fake_rows(fake, "retention/policy_store", 0, 0);
	fake_rows(fake, "retention/policy_drop", 0, 0);
	fake_rows(fake, "retention/policy_forget", 0, 0);
	fake_rows(fake, "retention/policy_begin", 0, 0);
	fake_rows(fake, "archive/policy_note", 0, 0);
	fake_rows(fake, "retention/policy_outcome", 2, 1, dbc_int(3), n);
	fake_rows(fake, "archive/policy_age", 4, 1, dbc_text("old"),
			  dbc_text("made"), dbc_text("8"), dbc_text("lock it"));
	fake_rows(fake, "retention/policy_target", 7, 1, dbc_text("t_archive"),
			  dbc_text("a"), dbc_text("same"), dbc_json("[\"make it\"]"),
			  dbc_bool(false), dbc_bool(true), n);
	fake_rows(fake, "retention/policy_move", 2, 1, dbc_text("copy them"),
			  dbc_text("remove them"));
	fake_rows(fake, "archive/children", 6, 0);
}

void
fake_archives(fake_host *fake)
{
	static const dbc_value flag = {.kind = DBC_TEXT, .text = "flag"};
	static const dbc_value trash = {.kind = DBC_TEXT, .text = "trash"};
	dbc_value n = dbc_null();

	add_marks(fake);
	add_trash(fake);
	add_purge(fake);
	add_files(fake);
	add_status(fake);
	add_policies(fake);
	fake_table(fake, "archive/table", "t", 1, 1, &flag);
	fake_table(fake, "archive/table", "u", 1, 1, &trash);
	fake_rows(fake, "archive/add_table", 0, 0);
	fake_rows(fake, "archive/remove_table", 0, 0);
	fake_rows(fake, "archive/triggers", 4, 1, dbc_text("u"),
			  dbc_text("keep rows of it"), dbc_int(1), dbc_bool(false));
	fake_rows(fake, "keep rows of it", 0, 0);
	fake_rows(fake, "row/key", 8, 1, dbc_text("1"), dbc_text("the row"), n,
			  dbc_text("the key"), n, dbc_bool(false),
			  dbc_text("the normal key"), n);
	fake_rows(fake, "the normal key", 2, 1, dbc_text("1"), n);
	fake_rows(fake, "row/match", 2, 1, dbc_text("match keys"), n);
	fake_rows(fake, "match keys", 1, 1, dbc_int(0));
	fake_rows(fake, "row/has_kept", 1, 1, dbc_bool(false));
	fake_rows(fake, "row/kept_keys", 1, 1, dbc_text("1.0"));
	fake_rows(fake, "row/kept_rows", 3, 1, dbc_text("1.0"), dbc_text("1.0"), n);
	fake_rows(fake, "row/copy_hold", 0, 0);
	fake_rows(fake, "row/saved_keys", 1, 0);
	fake_rows(fake,
			  "select the key, case when deleted_at is null then 0 else 1 end "
			  "from t where the row",
			  2, 1, dbc_text("1"), dbc_int(0));
	fake_rows(fake, "select count(*) from t where deletion_id is not null", 1,
			  1, dbc_int(0));
	fake_rows(fake, "archive/export", 4, 1, dbc_text("select it"), dbc_text(""),
			  dbc_text("[\"a\"]"), n);
	fake_rows(fake, "archive/upkeep", 3, 2, dbc_text("t"), dbc_text("vacuum t"),
			  n, dbc_text("u"), n, dbc_text("why"));
	fake_rows(fake, "archive/hold", 0, 0);
	fake_rows(fake, "archive/dropped_holds", 2, 0);
	fake_rows(fake, "archive/hold_trigger", 2, 1, dbc_int(1), dbc_null());
	fake_rows(fake, "archive/hold_triggers", 1, 0);
	fake_rows(fake, "archive/last_staged", 1, 1, dbc_int(0));
	fake_rows(fake, "archive/not_kept", 1, 1, dbc_text("v"));
	fake_rows(fake, "archive/kept", 2, 1, dbc_text("1"), n);
	fake_rows(fake, "row/holds", 8, 1, dbc_int(1), dbc_text("t"), dbc_text("1"),
			  dbc_text("'1'"), dbc_text("why"), dbc_bool(true), n,
			  dbc_bool(false));
	fake_rows(fake, "select the key from t where the row", 1, 1,
			  dbc_text("1.0"));
	fake_rows(fake, "row/kept_holds", 1, 1, dbc_int(1));
	fake_rows(fake, "archive/holds", 7, 1, dbc_text("t"), dbc_text("1"),
			  dbc_text("why"), dbc_text("2026"), dbc_text("me"),
			  dbc_bool(false), dbc_bool(true));
	fake_rows(fake,
			  "select 1 from t where (the row) and deleted_at is not null", 1,
			  1, dbc_int(1));
	fake_rows(fake, "archive/release", 1, 1, dbc_text("why"));
	fake_rows(fake, "ops/unique_keys", 1, 1, dbc_text("[\"id\"]"));
}

/* ---- exporting ---- */

static void
read_rows(dbc_host *host, const char *query, bool is_own,
		  void (*row)(dbc_host *, void *, const dbc_value *), void *arg)
{
	const dbc_value value = dbc_text("a \"line\"");

	(void) is_own;
	fake_note(host, query);
	row(host, arg, &value);
}

static void
create_file(dbc_host *host, const char *path, bool overwrite,
			void (*write)(dbc_host *, void *, dbc_archive_file *), void *arg)
{
	dbc_archive_file file = {.path = path};

	(void) overwrite;
	fake_note(host, "create a file");
	write(host, arg, &file);
}

static void
append(dbc_host *host, dbc_archive_file *file, const char *data, size_t length)
{
	(void) data;
	(void) length;
	fake_note(host, "append to the file")->table = file->path;
}

static bool
hides(dbc_host *host, const char *table, const char *query)
{
	(void) host;
	(void) table;
	(void) query;
	return false;
}

const dbc_archive_host fake_archive = {.read = read_rows,
									   .create_file = create_file,
									   .append = append,
									   .hides = hides};
