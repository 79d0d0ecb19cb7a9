/*
 * facts.c
 *	  Measurements that SQL cannot return: the database file and where it is,
 *	  counters of the connection, and settings without a PRAGMA.
 *
 * This opens no file that SQLite locks, because closing it would release all
 * locks of the process on it.  The file is read through SQLite's own handle, in
 * the caller's read transaction.
 *
 * The members of details, each null if unknown:
 *
 *	  in_file				 the database is in a named file
 *	  has_moved				 the file was moved or deleted
 *	  links					 number of hard links to the file
 *	  open_file, open_folder the paths of the file and of its directory, if
 *							 every user may write to it
 *	  network				 kind of the network file system, or null
 *	  ignored				 journal or WAL file with changes that SQLite
 *							 ignores, because the database was opened as
 *							 immutable
 *	  file_bytes			 length of the file
 *	  header_bytes			 length by its header; null in WAL mode with a log,
 * and if the file is read without locks cache_hits, cache_misses, cache_spills
 *							 of the connection's page caches
 *	  deferred_foreign_keys  violations are pending until the commit
 *	  memory_total			 memory of the machine, in bytes
 *	  mmap_size				 of the connection, if the system can map files
 *	  load_extension		 extensions can be loaded
 *	  of_command			 see dbc_facts
 *	  wal_autocheckpoint	 pages in the log that start a checkpoint
 *	  process, epoch		 unique names of this process, and of the connection
 *							 in it
 */
#include "sqlite_ext/sample/sample.h"
#include "sqlite_ext/trust/reopen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "common/core/names.h"

/* The header of a database file; see fileformat2.html of SQLite. */
#define HEADER_SIZE			100
#define HEADER_MAGIC		"SQLite format 3"
#define HEADER_PAGE_SIZE	16
#define HEADER_CHANGES		24
#define HEADER_PAGES		28
#define HEADER_PAGES_AS_OF	92 /* change counter of that number */
#define HEADER_PAGE_SIZE_64 1  /* stands for 65536 */

/* Adds a number as a member; -1 becomes null. */
static void
put_number(dbc_json_node *details, const char *key, int64_t number)
{
	dbc_value value = number < 0 ? dbc_null() : dbc_int(number);

	dbc_json_put_value(details, key, &value);
}

/* The name of the file of the main database, or NULL. */
static const char *
file_name(dbcsl_host *h)
{
	const char *file = sqlite3_db_filename(h->db, "main");
	sqlite3_vfs *vfs = NULL;

	if (!file || !file[0])
		return NULL;
	/* a shared in-memory database has a name, too */
	sqlite3_file_control(h->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
	return vfs && strcmp(vfs->zName, "memdb") == 0 ? NULL : file;
}

/* The kind of network file system of a file, or NULL. Those of virtual machines
 * and of programs (9p, fuse) may be network file systems, too. */
static const char *
network_of(const char *file)
{
	static const struct
	{
		uint32_t type;
		const char *name;
	} kinds[] = {
		{0x6969, "nfs"},   {0xff534d42, "smb"},	 {0xfe534d42, "smb"},
		{0x517b, "smb"},   {0x5346414f, "afs"},	 {0xc36400, "ceph"},
		{0x1021997, "9p"}, {0x65735546, "fuse"}, {0x786f4256, "vboxsf"}};
	struct statfs system;

	if (statfs(file, &system) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == (uint32_t) system.f_type)
			return kinds[i].name;
	return NULL;
}

/* Whether a rollback journal is hot: one without changes is empty or begins
 * with a zero. */
static bool
has_changes(const char *journal)
{
	/* O_NONBLOCK: a pipe would wait for its writer */
	int file = open(journal, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	char first = 0;
	ssize_t got;

	if (file < 0)
		return false;
	got = read(file, &first, 1);
	close(file);
	return got == 1 && first != 0;
}

/* The path, if every user may write to it; else NULL. */
static const char *
open_to_all(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && found.st_mode & S_IWOTH ? path : NULL;
}

/* The directory of a file. */
static const char *
folder_of(dbcsl_host *h, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return ".";
	return slash == file ? "/"
						 : dbc_copy(&h->base, file, (size_t) (slash - file));
}

/* A journal or WAL file with changes that SQLite ignores, because the
 * connection was opened as immutable; or NULL. */
static const char *
ignored_beside(const char *file, int64_t wal_bytes)
{
	const char *journal = sqlite3_filename_journal(file);

	if (!sqlite3_uri_boolean(file, "immutable", 0))
		return NULL;
	if (has_changes(journal))
		return journal;
	return wal_bytes > 0 ? sqlite3_filename_wal(file) : NULL;
}

/* A big-endian number of the header. */
static int64_t
read_number(const unsigned char *bytes)
{
	return (int64_t) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* The length of the file by its header; -1 if the header is invalid or was
 * written by SQLite before 3.7.0. */
static int64_t
length_by_header(sqlite3_file *file)
{
	unsigned char header[HEADER_SIZE];
	int64_t page_size;

	if (file->pMethods->xRead(file, header, HEADER_SIZE, 0) != SQLITE_OK ||
		memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0 ||
		memcmp(header + HEADER_CHANGES, header + HEADER_PAGES_AS_OF, 4) != 0)
		return -1;
	page_size = header[HEADER_PAGE_SIZE] << 8 | header[HEADER_PAGE_SIZE + 1];
	if (page_size == HEADER_PAGE_SIZE_64)
		page_size = 65536;
	return page_size * read_number(header + HEADER_PAGES);
}

/* Adds the length of the file and its length by the header.  The header is
 * outdated while changes are in the WAL file, or pending in this connection. */
static void
put_lengths(dbcsl_host *h, dbc_json_node *details, int64_t wal_bytes)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 length = -1;
	bool settled = wal_bytes == 0 && !dbcsl_is_unlocked(h->db) &&
				   sqlite3_txn_state(h->db, "main") != SQLITE_TXN_WRITE;

	sqlite3_file_control(h->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (!file || !file->pMethods)
		settled = false;
	else if (file->pMethods->xFileSize(file, &length) != SQLITE_OK)
		length = -1;
	put_number(details, "file_bytes", length);
	put_number(details, "header_bytes", settled ? length_by_header(file) : -1);
}

bool dbcsl_sample_of_command = false;

/* Adds facts about the file, or that there is none. */
static void
put_file(dbcsl_host *h, dbc_json_node *details, const char *file,
		 int64_t wal_bytes)
{
	int moved = -1;
	struct stat found;

	DBC_PUT_BOOL(details, in_file, file != NULL);
	if (!file)
		return;
	if (sqlite3_file_control(h->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) !=
		SQLITE_OK)
		moved = -1;
	put_number(details, "has_moved", moved);
	put_number(details, "links",
			   moved == 0 && stat(file, &found) == 0 ? (int64_t) found.st_nlink
													 : -1);
	DBC_PUT_TEXT(details, open_file, open_to_all(file));
	DBC_PUT_TEXT(details, open_folder, open_to_all(folder_of(h, file)));
	DBC_PUT_TEXT(details, network, network_of(file));
	DBC_PUT_TEXT(details, ignored,
				 dbcsl_is_unlocked(h->db) ? NULL
										  : ignored_beside(file, wal_bytes));
	put_lengths(h, details, wal_bytes);
}

/* Adds a counter that SQLite keeps for the connection. */
static void
put_status(dbcsl_host *h, dbc_json_node *details, const char *key, int status)
{
	int now = -1;
	int highest;

	if (sqlite3_db_status(h->db, status, &now, &highest, 0) != SQLITE_OK)
		now = -1;
	put_number(details, key, now);
}

/* Adds unique names of the process and of the connection.  A forked process has
 * a name that differs from its parent's. */
static void
put_names(dbcsl_host *h, dbc_json_node *details)
{
	static _Atomic uint64_t chosen;
	uint64_t none = 0;
	uint64_t number;
	const char *process;

	sqlite3_randomness(sizeof(number), &number);
	(void) atomic_compare_exchange_strong(&chosen, &none, number | 1);
	process = dbc_format(&h->base, "%ld.%016llx", (long) getpid(),
						 (unsigned long long) chosen);
	DBC_PUT_TEXT(details, process, process);
	DBC_PUT_TEXT(details, epoch,
				 dbc_format(&h->base, "%s.%p", process, (void *) h->db));
}

/* Adds counters and settings of the connection. */
static void
put_connection(dbcsl_host *h, dbc_json_node *details)
{
	int loads = -1;
	const dbc_rows *mapped;

	put_status(h, details, "cache_hits", SQLITE_DBSTATUS_CACHE_HIT);
	put_status(h, details, "cache_misses", SQLITE_DBSTATUS_CACHE_MISS);
	put_status(h, details, "cache_spills", SQLITE_DBSTATUS_CACHE_SPILL);
	put_status(h, details, "deferred_foreign_keys",
			   SQLITE_DBSTATUS_DEFERRED_FKS);
	if (sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, -1,
						  &loads) != SQLITE_OK)
		loads = -1;
	put_number(details, "load_extension", loads);
	mapped = dbc_query_text(&h->base, "pragma main.mmap_size");
	if (mapped->nrows > 0)
		DBC_PUT_CELL(details, mmap_size, mapped, 0, 0);
	DBC_PUT_BOOL(details, of_command, dbcsl_sample_of_command);
	DBC_PUT_CELL(details, wal_autocheckpoint,
				 dbc_query_text(&h->base, "pragma wal_autocheckpoint"), 0, 0);
}

/* Takes measurements that SQL cannot; see sample/host.h. */
void
dbcsl_sample_read_facts(dbc_host *host, dbc_facts *facts)
{
	dbcsl_host *h = dbcsl_of(host);
	const char *file = file_name(h);
	dbc_json_node *details = dbc_json_object(host);
	struct statvfs disk;
	struct stat wal;

	facts->disk_total = facts->disk_free = -1;
	facts->wal_bytes = 0;
	facts->calling_transaction = h->calling_transaction;
	facts->of_command = dbcsl_sample_of_command;
	facts->read_only =
		sqlite3_db_readonly(h->db, "main") == 1 && !dbcsl_is_unlocked(h->db);
	if (file && statvfs(file, &disk) == 0)
	{
		/* as df: what is reserved for root is neither used nor free */
		facts->disk_total =
			(int64_t) disk.f_frsize *
			(int64_t) (disk.f_blocks - disk.f_bfree + disk.f_bavail);
		facts->disk_free = (int64_t) disk.f_frsize * (int64_t) disk.f_bavail;
	}
	if (file && stat(sqlite3_filename_wal(file), &wal) == 0)
		facts->wal_bytes = wal.st_size;
	else if (file && errno != ENOENT)
		facts->wal_bytes = -1;
	put_file(h, details, file, facts->wal_bytes);
	put_number(details, "memory_total",
			   (int64_t) sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	put_connection(h, details);
	put_names(h, details);
	facts->details = dbc_json_text(details);
}
