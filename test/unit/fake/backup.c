/*
 * backup.c
 *	  A fake host for tests of backups; see backup.h.
 *
 * A name is a whole path.  All memory is that of the fake.
 */
#include "test/unit/fake/backup.h"
#include "test/unit/fake/follow.h"
#include "test/unit/fake/rows_file.h"
#include "test/unit/fake/script.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "common/backup/catalog.h"
#include "common/backup/verify.h"
#include "common/core/text.h"

#define ROOT "/backups"

#define NODES 24
#define OPEN  64

typedef struct node
{
	char path[200]; /* "": free */
	bool is_directory;
	char bytes[8192];
	size_t length;
} node;

struct dbc_backup_files
{
	int open[OPEN]; /* place of the node; -1: free */
};

/* One test runs at a time. */
static node nodes[NODES];
static node before[NODES]; /* each call begins with these */
static struct dbc_backup_files open_files;

static const char *
path_of(int at, const char *name, char path[200])
{
	assert_true(snprintf(path, 200, "%s%s%s",
						 at < 0 ? "" : nodes[open_files.open[at]].path,
						 at < 0 ? "" : "/", name) < 200);
	return path;
}

static int
find(const char *path)
{
	for (int i = 0; i < NODES; i++)
		if (nodes[i].path[0] && strcmp(nodes[i].path, path) == 0)
			return i;
	return -1;
}

static int
add(const char *path, bool is_directory)
{
	for (int i = 0; i < NODES; i++)
		if (!nodes[i].path[0])
		{
			memset(&nodes[i], 0, sizeof(nodes[i]));
			strcpy(nodes[i].path, path);
			nodes[i].is_directory = is_directory;
			return i;
		}
	fail_msg("too many files");
	return -1;
}

char *
fake_file(fake_host *fake, const char *path)
{
	int place = find(path);

	(void) fake;
	return place < 0 ? NULL : before[place].bytes;
}

/* ---- calls ---- */

static int
open_node(dbc_host *host, int at, const char *name, bool create,
		  bool is_directory)
{
	char path[200];
	int place = find(path_of(at, name, path));

	if (create && place >= 0)
		dbc_fail(host, "58P02", NULL, NULL, "\"%s\" exists", path);
	if (create)
		place = add(path, is_directory);
	if (place < 0)
		return -1;
	assert_true(nodes[place].is_directory == is_directory);
	for (int i = 0; i < OPEN; i++)
		if (open_files.open[i] < 0)
		{
			open_files.open[i] = place;
			return i;
		}
	fail_msg("too many open files");
	return -1;
}

static int
open_directory(dbc_host *host, dbc_backup_files *files, int at,
			   const char *name, bool create)
{
	(void) files;
	fake_note(host, "open a directory");
	return open_node(host, at, name, create, true);
}

static int
open_file(dbc_host *host, dbc_backup_files *files, int at, const char *name,
		  bool create)
{
	(void) files;
	fake_note(host, "open a file");
	return open_node(host, at, name, create, false);
}

/* In no directory. */
static int
open_scratch(dbc_host *host, dbc_backup_files *files, int at)
{
	static const char name[] = "scratch";

	(void) files;
	(void) at;
	fake_note(host, "open a scratch file");
	if (find(name) >= 0)
		nodes[find(name)].path[0] = '\0';
	return open_node(host, DBC_BACKUP_NOWHERE, name, true, false);
}

static bool
is_named(dbc_backup_files *files, int at, const char *name, int file)
{
	(void) files;
	(void) at;
	(void) name;
	(void) file;
	return true;
}

static const dbc_backup_entry *
list(dbc_host *host, dbc_backup_files *files, int directory, int *count)
{
	const char *path = nodes[files->open[directory]].path;
	dbc_backup_entry *entries = dbc_alloc(host, NODES * sizeof(*entries));

	fake_note(host, "list a directory");
	*count = 0;
	for (int i = 0; i < NODES; i++)
	{
		const char *rest = nodes[i].path + strlen(path);

		if (nodes[i].path[0] && dbc_starts_with(nodes[i].path, path) &&
			*rest == '/' && !strchr(rest + 1, '/'))
			entries[(*count)++] = (dbc_backup_entry){
				.name = rest + 1,
				.kind = nodes[i].is_directory ? DBC_BACKUP_DIRECTORY
											  : DBC_BACKUP_FILE,
				.bytes = (int64_t) nodes[i].length};
	}
	return entries;
}

static int64_t
size(dbc_host *host, dbc_backup_files *files, int file)
{
	fake_note(host, "size of a file");
	return (int64_t) nodes[files->open[file]].length;
}

static size_t
read_bytes(dbc_host *host, dbc_backup_files *files, int file, int64_t offset,
		   void *bytes, size_t length)
{
	const node *n = &nodes[files->open[file]];
	size_t left = n->length - (size_t) offset;

	fake_note(host, "read a file");
	if (length > left)
		length = left;
	memcpy(bytes, n->bytes + offset, length);
	return length;
}

static void
write_bytes(dbc_host *host, dbc_backup_files *files, int file, int64_t offset,
			const void *bytes, size_t length)
{
	node *n = &nodes[files->open[file]];

	fake_note(host, "write a file");
	assert_true((size_t) offset + length < sizeof(n->bytes));
	memcpy(n->bytes + offset, bytes, length);
	if (n->length < (size_t) offset + length)
		n->length = (size_t) offset + length;
}

static void
sync_file(dbc_host *host, dbc_backup_files *files, int file)
{
	(void) files;
	(void) file;
	fake_note(host, "sync a file");
}

static void
close_file(dbc_backup_files *files, int file)
{
	if (file >= 0)
		files->open[file] = -1;
}

static void
rename_file(dbc_host *host, dbc_backup_files *files, int at, const char *from,
			const char *to, bool replace)
{
	char old[200], new[200], path[200];
	size_t length;

	(void) files;
	fake_note(host, "rename a file");
	length = strlen(path_of(at, from, old));
	path_of(at, to, new);
	if (find(new) >= 0 && !replace)
		dbc_fail(host, "58P02", NULL, NULL, "\"%s\" exists", new);
	if (find(new) >= 0)
		nodes[find(new)].path[0] = '\0';
	for (int i = 0; i < NODES; i++)
		if (dbc_starts_with(nodes[i].path, old) &&
			(!nodes[i].path[length] || nodes[i].path[length] == '/'))
		{
			assert_true(snprintf(path, sizeof(path), "%s%s", new,
								 nodes[i].path + length) < (int) sizeof(path));
			strcpy(nodes[i].path, path);
		}
}

static void
remove_all(const char *path)
{
	size_t length = strlen(path);

	for (int i = 0; i < NODES; i++)
		if (dbc_starts_with(nodes[i].path, path) &&
			(!nodes[i].path[length] || nodes[i].path[length] == '/'))
			nodes[i].path[0] = '\0';
}

static void
remove_file(dbc_host *host, dbc_backup_files *files, int at, const char *name)
{
	char path[200];

	(void) files;
	fake_note(host, "remove a file");
	remove_all(path_of(at, name, path));
}

static void
set_temporary(dbc_backup_files *files, int at, const char *name)
{
	(void) files;
	(void) at;
	(void) name;
}

static bool
lock(dbc_host *host, dbc_backup_files *files, int directory, bool exclusive)
{
	(void) files;
	(void) directory;
	(void) exclusive;
	fake_note(host, "lock a directory");
	return true;
}

static int64_t
free_bytes(dbc_host *host, dbc_backup_files *files, int directory)
{
	(void) files;
	(void) directory;
	fake_note(host, "free space");
	return INT64_C(1) << 30;
}

static void
fill_random(dbc_host *host, void *bytes, size_t length)
{
	fake_note(host, "random bytes");
	memset(bytes, 0xab, length);
}

/* Nothing is closed after a failure: the next call begins anew. */
static void
run(dbc_host *host, void (*fn)(dbc_host *, dbc_backup_files *, void *),
	void *arg)
{
	for (int i = 0; i < OPEN; i++)
		open_files.open[i] = -1;
	memcpy(nodes, before, sizeof(nodes));
	fake_note(host, "run with files");
	fn(host, &open_files, arg);
}

static const char *
directory(dbc_host *host, const char *given, const char *schema, bool writes)
{
	(void) schema;
	(void) writes;
	fake_note(host, "directory of backups");
	if (given)
		return given;
	/* the one of fake_backups() */
	return find(ROOT) >= 0 ? ROOT : NULL;
}

static bool
on_data_disk(dbc_host *host, const char *path)
{
	(void) path;
	fake_note(host, "disk of a directory");
	return true;
}

static void
describe(dbc_host *host, dbc_backup_work *work)
{
	fake_note(host, "describe a backup");
	work->backup->database = "shop";
	work->backup->kind = host->engine == DBC_ON_SQLITE ? "full" : "dump";
	work->backup->engine_version = "1";
	work->backup->identity = "shop";
	if (!work->backup->compression)
		work->backup->compression = "gzip";
	work->backup->database_bytes = 1024;
}

static void
copy(dbc_host *host, dbc_backup_work *work)
{
	bool is_file = host->engine == DBC_ON_SQLITE;
	int file = is_file ? work->database
					   : open_file(host, work->files, work->directory,
								   "toc.dat", true);

	fake_note(host, "copy");
	write_bytes(host, work->files, file, 0, nodes, 1024);
	if (is_file)
	{
		work->backup->page_size = 512;
		work->backup->pages = 2;
	}
	else
		close_file(work->files, file);
}

static dbc_backup_proof
prove(dbc_host *host, dbc_backup_work *work, int level)
{
	(void) work;
	(void) level;
	fake_note(host, "prove");
	return (dbc_backup_proof){NULL, NULL};
}

static void
give_name(dbc_host *host, dbc_backup_files *files, int file, int at,
		  const char *name)
{
	char path[200];

	fake_note(host, "name a file");
	strcpy(nodes[files->open[file]].path, path_of(at, name, path));
}

static void *
secret(dbc_host *host, dbc_backup_files *files, size_t length)
{
	(void) files;
	fake_note(host, "memory of a secret");
	return dbc_alloc(host, length);
}

static const char *
read_secret(dbc_host *host, dbc_backup_files *files, const char *key_file,
			const char *key_env, const void **bytes, size_t *length)
{
	(void) files;
	(void) key_file;
	(void) key_env;
	fake_note(host, "read a secret");
	*length = 32;
	*bytes = dbc_copy(host, "an example of thirty-two bytes..", 32);
	return NULL;
}

static const char *
destination(dbc_host *host, const char *path)
{
	fake_note(host, "destination");
	return path;
}

static void
replace(dbc_host *host, dbc_backup_work *work,
		void (*save)(dbc_host *, bool, void *), void *arg)
{
	(void) work;
	save(host, true, arg);
	save(host, true, arg);
	fake_note(host, "replace");
}

static void
may_read(dbc_host *host, const char *path)
{
	(void) path;
	fake_note(host, "may read");
}

static bool
accept_server(dbc_host *host, bool *complete)
{
	*complete = true;
	fake_note(host, "accept");
	return true;
}

static const char *
mark(dbc_host *host, const char *name)
{
	(void) name;
	fake_note(host, "mark");
	return "0/1";
}

static void
restore(dbc_host *host, dbc_backup_work *work, const dbc_backup_target *target,
		dbc_backup_restored *restored)
{
	(void) work;
	(void) target;
	fake_note(host, "restore on a server");
	restored->command = "start";
}

static dbc_backup_proof
read_table(dbc_host *host, dbc_backup_work *work, const dbc_relation *table,
		   void (*line)(dbc_host *, void *, const char *), void *arg)
{
	(void) work, (void) table;
	line(host, arg, "COPY main.t (note, id) FROM stdin;");
	line(host, arg, "\\N\t5");
	return (dbc_backup_proof){0};
}

static const dbc_backup_step *
plan(dbc_host *host, const dbc_backup *backup, const char *destination,
	 int *count)
{
	dbc_backup_step *step = dbc_alloc(host, sizeof(*step));

	fake_note(host, "plan");
	*step =
		(dbc_backup_step){"write", destination, backup->database_bytes, NULL};
	*count = 1;
	return step;
}

const dbc_backup_host fake_backup = {.run = run,
									 .read_table = read_table,
									 .plan = plan,
									 .may_read = may_read,
									 .mark = mark,
									 .accept = accept_server,
									 .open_directory = open_directory,
									 .open_file = open_file,
									 .list = list,
									 .size = size,
									 .read = read_bytes,
									 .write = write_bytes,
									 .sync = sync_file,
									 .close = close_file,
									 .rename = rename_file,
									 .remove = remove_file,
									 .set_temporary = set_temporary,
									 .lock = lock,
									 .free_bytes = free_bytes,
									 .random = fill_random,
									 .directory = directory,
									 .on_data_disk = on_data_disk,
									 .describe = describe,
									 .copy = copy,
									 .prove = prove,
									 .open_scratch = open_scratch,
									 .give_name = give_name,
									 .is_named = is_named,
									 .secret = secret,
									 .read_secret = read_secret,
									 .destination = destination,
									 .replace = replace,
									 .restore = restore,
									 FAKE_FOLLOW_CALLS};

/* ---- a backup ---- */

static void
add_file(const char *path, const char *text)
{
	node *n = &nodes[add(path, false)];

	strcpy(n->bytes, text);
	n->length = strlen(text);
}

#define PAGE 512

/* Makes a backup one of a database with a page. */
static void
make_page(dbc_host *host, dbc_backup *backup, dbc_backup_file *file)
{
	unsigned char page[PAGE];
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char *digest = dbc_alloc(host, 2 * sizeof(hash) + 1);

	memset(page, 'a', PAGE);
	SHA256(page, PAGE, hash);
	SHA256(hash, sizeof(hash), hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(digest + 2 * i, 3, "%02x", hash[i]);
	*file = (dbc_backup_file){DBC_BACKUP_DATABASE, PAGE, NULL};
	backup->kind = "full";
	backup->digest = digest;
	backup->page_size = backup->database_bytes = PAGE;
	backup->pages = backup->stored_pages = 1;
}

void
fake_backups(fake_host *fake)
{
	dbc_host *host = &fake->base;
	bool has_pages = host->engine == DBC_ON_SQLITE;
	char page[PAGE + 1] = {0};
	dbc_backup_file file = {"toc.dat", 3, NULL};
	dbc_backup backup = {.name = "old",
						 .id = "00000000000000000000000000000000",
						 .kind = "dump",
						 .engine = host->engine_name,
						 .engine_version = "1",
						 .dbcare_version = "1",
						 .database = "shop",
						 .identity = "shop",
						 .started_at = "2026-11-21T09:00:00.000Z",
						 .finished_at = "2026-11-21T09:00:00.000Z",
						 .compression = "none",
						 .files = &file,
						 .nfiles = 1};
	const char *body;
	int rows;

	memset(nodes, 0, sizeof(nodes));
	file.sha256 = dbc_sha256(host, "abc");
	backup.digest = dbc_backup_hash_list(host, &backup);
	if (has_pages)
		make_page(host, &backup, &file);
	memset(page, 'a', PAGE);
	body = dbc_backup_manifest_body(host, &backup);
	(void) add(ROOT, true);
	(void) add(ROOT "/old", true);
	add_file(has_pages ? ROOT "/old/" DBC_BACKUP_DATABASE : ROOT "/old/toc.dat",
			 has_pages ? page : "abc");
	add_file(ROOT "/old/" DBC_BACKUP_MANIFEST,
			 dbc_backup_seal_manifest(host, body, dbc_sha256(host, body)));
	add_file(ROOT "/old/" DBC_BACKUP_VERIFIED,
			 "{\"level\": 2, \"at\": \"2026-11-21T09:00:00.000Z\", "
			 "\"ok\": true, \"detail\": null}");
	rows = add("rows", false);
	nodes[rows].length = sizeof(fake_rows_file) - 1;
	memcpy(nodes[rows].bytes, fake_rows_file, nodes[rows].length);
	rows = add(ROOT "/packed", false);
	nodes[rows].length = ZSTD_compress(
		nodes[rows].bytes, sizeof(nodes[rows].bytes), "{}\n{}\n", 6, 1);
	memcpy(before, nodes, sizeof(nodes));
}
