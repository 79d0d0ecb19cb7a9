/*
 * base_read.c
 *	  The files of a base backup, read by pg_verifybackup in several processes.
 *
 * It has no jobs of its own.  The largest files are dealt out: each process
 * has the whole manifest, and ignores the files that another one reads, so
 * that whatever is missing, changed or too much is found by one of them.
 */
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/packed.h"
#include "pg_ext/backup/roots.h"

#include "common/core/json.h"
#include "common/core/sort.h"

/* Files that are dealt out.  It compares each file with each that it ignores. */
#define DEALT 1000

/* Its arguments besides the files that it ignores. */
#define OTHER_ARGUMENTS 5

typedef struct sized
{
	const char *path;
	double size;
} sized;

/* What one process reads. */
typedef struct part
{
	const char **arguments;
	int count;
	double bytes;
} part;

typedef struct reading
{
	const char *program;
	part *parts;
	int nparts;
	int started;
	dbc_backup_proof proof;
} reading;

static int
compare_sizes(const void *a, const void *b)
{
	double first = ((const sized *) a)->size;
	double second = ((const sized *) b)->size;

	return (second > first) - (second < first);
}

/* The files of a manifest, the largest first.  A manifest that is damaged has
 * none, and pg_verifybackup says so. */
static sized *
list_files(dbcpg_host *host, const char *directory, uint32_t *count)
{
	dbc_host *base = &host->base;
	const char *text = dbcpg_backup_packed_manifest(host, directory);
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(base, text, strlen(text), NULL, 0, &problem);
	const dbc_json_item *list = root && root->kind == DBC_I_OBJECT
									? dbc_json_member(root, "Files")
									: NULL;
	const dbc_json_item *file = list + 1;
	sized *files;

	*count = 0;
	if (!list || list->kind != DBC_I_ARRAY)
		return NULL;
	files = dbc_alloc(base, list->length * sizeof(*files));
	for (uint32_t i = 0; i < list->length; i++, file = dbc_json_next(file))
	{
		sized *f = &files[*count];

		if (file->kind != DBC_I_OBJECT)
			continue;
		f->path = dbc_json_string_or_null(base, dbc_json_member(file, "Path"));
		/* a name that is no UTF-8 has none */
		if (f->path &&
			dbc_json_real(base, dbc_json_member(file, "Size"), &f->size))
			(*count)++;
	}
	dbc_sort(files, *count, sizeof(*files), compare_sizes);
	return files;
}

/* Deals a file out to the process with the least to read. */
static void
deal(reading *r, const sized *file)
{
	int least = 0;
	const char *ignored = psprintf("--ignore=%s", dbcpg_from_core(file->path));

	for (int i = 1; i < r->nparts; i++)
		if (r->parts[i].bytes < r->parts[least].bytes)
			least = i;
	r->parts[least].bytes += file->size;
	for (int i = 0; i < r->nparts; i++)
		if (i != least)
			r->parts[i].arguments[r->parts[i].count++] = ignored;
}

static void
make_parts(dbcpg_host *host, reading *r, const char *directory)
{
	uint32_t count = 0;
	sized *files = r->nparts > 1 ? list_files(host, directory, &count) : NULL;
	uint32_t dealt = Min(count, DEALT);

	r->nparts = Max(Min(r->nparts, (int) dealt), 1);
	r->parts = palloc0((Size) r->nparts * sizeof(*r->parts));
	for (int i = 0; i < r->nparts; i++)
	{
		part *p = &r->parts[i];

		p->arguments =
			palloc0((dealt + OTHER_ARGUMENTS) * sizeof(*p->arguments));
		p->arguments[p->count++] = "--quiet";
		p->arguments[p->count++] = "--exit-on-error";
		/* the first one reads the log, and what is not dealt out */
		if (i > 0)
			p->arguments[p->count++] = "--no-parse-wal";
	}
	for (uint32_t i = dealt; i < count; i++)
		r->parts[0].bytes += files[i].size;
	for (uint32_t i = 0; i < dealt; i++)
		deal(r, &files[i]);
	for (int i = 0; i < r->nparts; i++)
		r->parts[i].arguments[r->parts[i].count++] = directory;
}

static void start_part(dbcpg_host *host, reading *r);

/* Waits for one process, after those that it starts beside it. */
static void
read_part(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	reading *r = arg;
	dbc_program_end outcome;
	dbc_backup_proof proof;

	if (r->started < r->nparts)
		start_part(host, r);
	outcome = dbcpg_backup_program_wait(running, -1);
	proof = dbc_backup_program_proof(&host->base, "pg_verifybackup", &outcome);
	if (proof.problem)
		r->proof = proof;
}

static void
start_part(dbcpg_host *host, reading *r)
{
	dbcpg_program program = {.path = r->program,
							 .arguments = r->parts[r->started].arguments,
							 .shows_end = true};

	r->started++;
	dbcpg_backup_program_with(host, &program, read_part, r);
}

dbc_backup_proof
dbcpg_backup_base_read(dbcpg_host *host, const char *directory, int64 jobs)
{
	reading r = {.program = dbcpg_backup_program_path("pg_verifybackup"),
				 .nparts = jobs > 1 ? (int) jobs : 1};

	make_parts(host, &r, directory);
	start_part(host, &r);
	return r.proof;
}
