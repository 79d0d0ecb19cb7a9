/*
 * facts.c
 *	  What no SQL statement can measure: disks and memory.
 *
 * The details are
 *
 *	  {"memory_total": BYTES,
 *	   "wal_disk_total": BYTES, "wal_disk_free": BYTES,
 *	   "tablespaces": [{"oid": OID, "total": BYTES, "free": BYTES}, ...]}
 *
 * for the log, and for tablespaces, on a file system other than that of
 * the data directory.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/sample/sample.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/stringinfo.h"
#include "storage/fd.h"

typedef struct disk
{
	dev_t device;
	int64 total;
	int64 free; /* available to ordinary users */
} disk;

/* Measures the file system of a directory; false if that fails. */
static bool
measure_disk(const char *path, disk *result)
{
	struct statvfs measured;
	struct stat status;

	if (stat(path, &status) != 0 || statvfs(path, &measured) != 0)
		return false;
	result->device = status.st_dev;
	/* as df: what is reserved for root is neither used nor free */
	result->total =
		(int64) (measured.f_blocks - measured.f_bfree + measured.f_bavail) *
		(int64) measured.f_frsize;
	result->free = (int64) measured.f_bavail * (int64) measured.f_frsize;
	return true;
}

/* Appends the tablespaces on other file systems; their symbolic links are named
 * by OID. */
static void
append_tablespaces(StringInfo out, const disk *data)
{
	DIR *dir = AllocateDir("pg_tblspc");
	const char *separator = "";
	struct dirent *entry;

	while (dir && (entry = ReadDirExtended(dir, "pg_tblspc", LOG)))
	{
		char *path = psprintf("pg_tblspc/%s", entry->d_name);
		disk own;

		if (strspn(entry->d_name, "0123456789") == strlen(entry->d_name) &&
			measure_disk(path, &own) && own.device != data->device)
		{
			appendStringInfo(out,
							 "%s{\"oid\": %s, \"total\": " INT64_FORMAT
							 ", \"free\": " INT64_FORMAT "}",
							 separator, entry->d_name, own.total, own.free);
			separator = ", ";
		}
		pfree(path);
	}
	if (dir)
		FreeDir(dir);
}

/* Takes measurements; see sample/host.h. */
void
dbcpg_sample_read_facts(dbc_host *base, dbc_facts *facts)
{
	dbcpg_host *host = dbcpg_of(base);
	StringInfoData details;
	disk data;
	disk wal;

	*facts = (dbc_facts){
		.disk_total = -1, .disk_free = -1, .wal_bytes = -1, .details = "{}"};
	if (!measure_disk(DataDir, &data))
		return;
	facts->disk_total = data.total;
	facts->disk_free = data.free;
	initStringInfo(&details);
	appendStringInfo(&details, "{\"memory_total\": " INT64_FORMAT,
					 (int64) sysconf(_SC_PHYS_PAGES) *
						 (int64) sysconf(_SC_PAGESIZE));
	if (measure_disk("pg_wal", &wal) && wal.device != data.device)
		appendStringInfo(&details,
						 ", \"wal_disk_total\": " INT64_FORMAT
						 ", \"wal_disk_free\": " INT64_FORMAT,
						 wal.total, wal.free);
	appendStringInfoString(&details, ", \"tablespaces\": [");
	append_tablespaces(&details, &data);
	appendStringInfoString(&details, "]}");
	facts->details = dbcpg_to_core(host, details.data);
	pfree(details.data);
}

const dbc_sample_host dbcpg_sample_host = {
	.facts = dbcpg_sample_read_facts,
	.server = dbcpg_sample_read_server,
	.statements = dbcpg_sample_read_statements,
};
