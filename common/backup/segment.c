/*
 * segment.c
 *	  Files of changes; see segment.h.
 */
#include "common/backup/segment.h"

#include <stdio.h>
#include <string.h>

#include "common/backup/verify.h"
#include "common/core/asserts.h"
#include "common/core/clock.h"
#include "common/core/text.h"

/* Places in the head of the content. */
#define AT_NUMBER	 0
#define AT_SINCE	 8
#define AT_TIME		 16
#define AT_PAGE_SIZE 24
#define AT_PAGES	 28
#define AT_COUNT	 32
#define AT_PREVIOUS	 40
#define AT_PLACE	 (AT_PREVIOUS + DBC_BACKUP_HASH)
#define HEAD		 (AT_PLACE + DBC_FOLLOWER_PLACE)

/* What a file is called until it is on disk. */
#define HIDDEN ".changes.tmp"

static void
put_long(unsigned char *at, int64_t number)
{
	dbc_stream_put_number(at, (uint32_t) number);
	dbc_stream_put_number(at + 4, (uint32_t) ((uint64_t) number >> 32));
}

static int64_t
get_long(const unsigned char *at)
{
	return (int64_t) ((uint64_t) dbc_stream_get_number(at + 4) << 32 |
					  dbc_stream_get_number(at));
}

static void
put_head(unsigned char head[HEAD], const dbc_segment *segment)
{
	memset(head, 0, HEAD);
	put_long(head + AT_NUMBER, segment->number);
	put_long(head + AT_SINCE, segment->since_ms);
	put_long(head + AT_TIME, segment->at_ms);
	dbc_stream_put_number(head + AT_PAGE_SIZE, segment->page_size);
	dbc_stream_put_number(head + AT_PAGES, segment->pages);
	dbc_stream_put_number(head + AT_COUNT, segment->count);
	memcpy(head + AT_PREVIOUS, segment->previous, DBC_BACKUP_HASH);
	memcpy(head + AT_PLACE, segment->place, DBC_FOLLOWER_PLACE);
}

static dbc_segment
get_head(const unsigned char head[HEAD])
{
	dbc_segment segment = {.number = get_long(head + AT_NUMBER),
						   .since_ms = get_long(head + AT_SINCE),
						   .at_ms = get_long(head + AT_TIME),
						   .page_size =
							   dbc_stream_get_number(head + AT_PAGE_SIZE),
						   .pages = dbc_stream_get_number(head + AT_PAGES),
						   .count = dbc_stream_get_number(head + AT_COUNT)};

	memcpy(segment.previous, head + AT_PREVIOUS, DBC_BACKUP_HASH);
	memcpy(segment.place, head + AT_PLACE, DBC_FOLLOWER_PLACE);
	return segment;
}

/* ---- writing ---- */

static void
put_pages(dbc_host *host, dbc_stream_writer *writer, const dbc_segment *segment,
		  const dbc_segment_source *source)
{
	unsigned char *page = dbc_alloc(host, segment->page_size);
	unsigned char number[4];

	for (uint32_t i = 0; i < segment->count; i++)
	{
		DBC_ASSERT(host,
				   source->numbers[i] > (i > 0 ? source->numbers[i - 1] : 0) &&
					   source->numbers[i] <= segment->pages);
		dbc_stream_put_number(number, source->numbers[i]);
		dbc_vault_stream_put(host, writer, number, sizeof(number));
		source->page(host, source->arg, i, page);
		dbc_vault_stream_put(host, writer, page, segment->page_size);
	}
}

int64_t
dbc_backup_segment_write(dbc_host *host, dbc_backup_files *files, int directory,
						 const dbc_stream_kind *kind,
						 const dbc_segment *segment,
						 const dbc_segment_source *source,
						 unsigned char sha256[DBC_BACKUP_HASH])
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_stream_file file = {.files = files};
	unsigned char head[HEAD];
	dbc_stream_writer *writer;
	const char *hex;

	calls->remove(host, files, directory, HIDDEN);
	calls->set_temporary(files, directory, HIDDEN);
	writer =
		dbc_backup_stream_create(host, &file, directory, HIDDEN, kind, NULL);
	put_head(head, segment);
	dbc_vault_stream_put(host, writer, head, sizeof(head));
	put_pages(host, writer, segment, source);
	hex = dbc_backup_stream_end(host, writer);
	calls->sync(host, files, file.file);
	calls->close(files, file.file);
	calls->rename(host, files, directory, HIDDEN,
				  dbc_backup_changes_name(host, segment->number,
										  segment->since_ms, segment->at_ms,
										  hex),
				  false);
	calls->set_temporary(files, DBC_BACKUP_NOWHERE, NULL);
	calls->sync(host, files, directory);
	dbc_backup_stream_read_hex(hex, sha256);
	return file.at;
}

/* ---- reading ---- */

/* Opens changes and reads their head. */
static void
open_changes(dbc_host *host, dbc_backup_files *files, int directory,
			 const dbc_stream_kind *kind, const dbc_change_file *changes,
			 dbc_stream_bytes *r, dbc_segment *segment)
{
	unsigned char head[HEAD];

	dbc_backup_stream_open_bytes(host, files, directory, r, changes->name,
								 kind);
	if (r->problem || !dbc_backup_stream_take_all(host, r, head, sizeof(head)))
		return;
	*segment = get_head(head);
	if (segment->number != changes->number ||
		segment->since_ms != changes->since_ms ||
		segment->at_ms != changes->at_ms)
		r->problem =
			dbc_backup_stream_about(host, r, "has another name than it had");
}

const char *
dbc_backup_segment_read(dbc_host *host, dbc_backup_files *files, int directory,
						const dbc_stream_kind *kind,
						const dbc_change_file *changes, dbc_segment *segment)
{
	dbc_stream_bytes r;

	open_changes(host, files, directory, kind, changes, &r, segment);
	DBC_BACKUP(host)->close(files, r.file.file);
	return r.problem;
}

/* Reads the pages of changes. */
static void
read_pages(dbc_host *host, dbc_segment_reading *reading, dbc_stream_bytes *r,
		   const dbc_segment *segment)
{
	unsigned char *page = dbc_alloc(host, segment->page_size);
	unsigned char bytes[4];
	uint32_t before = 0;

	for (uint32_t i = 0; i < segment->count; i++)
	{
		uint32_t number;

		if (!dbc_backup_stream_take_all(host, r, bytes, sizeof(bytes)) ||
			!dbc_backup_stream_take_all(host, r, page, segment->page_size))
			return;
		number = dbc_stream_get_number(bytes);
		if (number <= before || number > segment->pages)
		{
			r->problem =
				dbc_backup_stream_about(host, r, "has pages in disorder");
			return;
		}
		before = number;
		if (reading->file >= 0)
			DBC_BACKUP(host)->write(host, reading->files, reading->file,
									(int64_t) (number - 1) * segment->page_size,
									page, segment->page_size);
	}
}

/* What is wrong with changes after those that were read, or NULL. */
static const char *
compare_head(const dbc_segment_reading *reading, const dbc_segment *segment,
			 int i)
{
	if (segment->page_size != (uint32_t) reading->backup->page_size ||
		segment->count > segment->pages)
		return "is not one of its backup";
	if (i > reading->first &&
		(memcmp(segment->previous, reading->sha256, DBC_BACKUP_HASH) != 0 ||
		 segment->since_ms < reading->last.at_ms))
		return "does not continue the changes before it";
	if (segment->at_ms < segment->since_ms)
		return "is of a time before the changes before it";
	return NULL;
}

/* The SHA-256 of a file, or what is wrong with it. */
static const char *
hash_changes(dbc_host *host, dbc_backup_files *files, int directory,
			 const dbc_change_file *changes,
			 unsigned char sha256[DBC_BACKUP_HASH])
{
	int file = DBC_BACKUP(host)->open_file(host, files, directory,
										   changes->name, false);
	const char *hex;

	if (file < 0)
		return dbc_format(host, "file %s is missing", changes->name);
	hex = dbc_backup_hash_file(host, files, file);
	DBC_BACKUP(host)->close(files, file);
	if (strncmp(hex, changes->digits, DBC_CHANGES_DIGITS) != 0)
		return dbc_format(host, "file %s was changed", changes->name);
	dbc_backup_stream_read_hex(hex, sha256);
	return NULL;
}

typedef struct step
{
	dbc_segment_reading *reading;
	dbc_stream_kind kind;
	int i;
	char problem[512]; /* "": none; not in the arena, which is freed */
} step;

/* Reads the changes at a place of the list. */
static void
read_step(dbc_host *host, void *arg)
{
	step *s = arg;
	dbc_segment_reading *reading = s->reading;
	const dbc_change_file *changes = &reading->log->list[s->i];
	dbc_segment segment;
	unsigned char sha256[DBC_BACKUP_HASH];
	dbc_stream_bytes r;
	const char *problem;

	problem =
		hash_changes(host, reading->files, reading->directory, changes, sha256);
	if (!problem)
	{
		open_changes(host, reading->files, reading->directory, &s->kind,
					 changes, &r, &segment);
		problem = r.problem ? NULL : compare_head(reading, &segment, s->i);
		if (problem)
			r.problem = dbc_backup_stream_about(host, &r, problem);
		if (!r.problem)
			read_pages(host, reading, &r, &segment);
		dbc_backup_stream_close_bytes(host, &r);
		problem = r.problem;
	}
	if (problem)
	{
		(void) snprintf(s->problem, sizeof(s->problem), "%s", problem);
		return;
	}
	reading->last = segment;
	memcpy(reading->sha256, sha256, sizeof(sha256));
}

const char *
dbc_backup_segment_read_all(dbc_host *host, dbc_segment_reading *reading)
{
	step s = {
		.reading = reading,
		.kind = dbc_backup_stream_kind_of(host, reading->files, reading->backup,
										  DBC_STREAM_CHANGES, reading->key)};

	for (s.i = reading->first; s.i < reading->count && !*s.problem; s.i++)
	{
		dbc_progress(host, "reading changes", s.i, reading->count);
		dbc_scoped(host, read_step, &s);
	}
	return *s.problem ? dbc_format(host, "%s", s.problem) : NULL;
}

const char *
dbc_backup_segment_test_bytes(dbc_host *host, dbc_backup_files *files,
							  int directory, const dbc_changes_log *log)
{
	unsigned char sha256[DBC_BACKUP_HASH];
	const char *problem = NULL;

	for (int i = 0; i < log->count && !problem; i++)
	{
		dbc_progress(host, "reading changes", i, log->count);
		problem = hash_changes(host, files, directory, &log->list[i], sha256);
	}
	return problem;
}
