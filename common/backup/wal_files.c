/*
 * wal_files.c
 *	  [PG] The files of a WAL archive; see wal_files.h.
 */
#include "common/backup/wal_files.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "common/core/sort.h"
#include "common/core/text.h"

/* Characters of a name of a segment, and of the timeline in it. */
#define NAME	 24
#define TIMELINE 8

/* A history file that is longer is none. */
#define LONGEST_HISTORY 1000000

/* ---- names ---- */

/* Reads hexadecimal digits. */
static bool
read_hex(const char *text, int digits, uint64_t *number)
{
	*number = 0;
	for (int i = 0; i < digits; i++)
	{
		const char *all = "0123456789ABCDEF";
		const char *digit = text[i] ? strchr(all, text[i]) : NULL;

		if (!digit)
			return false;
		*number = *number * 16 + (uint64_t) (digit - all);
	}
	return true;
}

static uint64_t
segments_per_file(const dbc_wal_archive *a)
{
	return UINT64_C(0x100000000) / a->size;
}

/* The name of a segment. */
const char *
dbc_backup_wal_name(const dbc_wal_archive *a, uint32_t timeline,
					uint64_t number)
{
	return dbc_format(a->host, "%08X%08X%08X", timeline,
					  (unsigned) (number / segments_per_file(a)),
					  (unsigned) (number % segments_per_file(a)));
}

/* What a file is, by its name. */
static void
classify(const dbc_wal_archive *a, dbc_wal_file *file)
{
	static const char *const compressed[] = {".gz",	 ".lz4", ".zst",
											 ".bz2", ".xz",	 NULL};
	const char *name = file->name;
	const char *rest = name + NAME;
	uint64_t timeline;
	uint64_t high;
	uint64_t low;

	file->kind = DBC_WAL_OTHER;
	if (!read_hex(name, TIMELINE, &timeline) || timeline == 0)
		return;
	file->timeline = (uint32_t) timeline;
	if (dbc_same(name + TIMELINE, ".history"))
		file->kind = DBC_WAL_HISTORY;
	if (!read_hex(name + TIMELINE, 8, &high) ||
		!read_hex(name + TIMELINE + 8, 8, &low) || low >= segments_per_file(a))
		return;
	file->number = high * segments_per_file(a) + low;
	if (!*rest)
		file->kind = DBC_WAL_SEGMENT;
	else if (dbc_same(rest, ".partial"))
		file->kind = DBC_WAL_PARTIAL;
	else if (dbc_ends_with(rest, ".backup"))
		file->kind = DBC_WAL_LABEL;
	for (int i = 0; compressed[i]; i++)
		if (dbc_same(rest, compressed[i]))
			file->kind = DBC_WAL_COMPRESSED;
	file->is_whole = file->kind == DBC_WAL_COMPRESSED
						 ? file->bytes > 0
						 : file->bytes == (int64_t) a->size;
}

static int
compare_files(const void *left, const void *right)
{
	const dbc_wal_file *l = left;
	const dbc_wal_file *r = right;

	return l->timeline != r->timeline ? (l->timeline < r->timeline ? -1 : 1)
		   : l->number != r->number	  ? (l->number < r->number ? -1 : 1)
									  : strcmp(l->name, r->name);
}

/* ---- history files ---- */

/* The rest of a line after a location. */
static const char *
reason_of(dbc_host *host, const char *text, const char *end)
{
	text += strspn(text, "0123456789ABCDEFabcdef");
	while (text < end && (*text == '\t' || *text == ' '))
		text++;
	return dbc_copy(host, text, (size_t) (end - text));
}

/* Reads the last line of a history file: parent, place of the switch, reason.
 */
static bool
read_switch(const dbc_wal_archive *a, const char *text, dbc_wal_origin *found)
{
	bool any = false;

	while (*text)
	{
		size_t length = strcspn(text, "\n");
		char *end;
		char *rest;
		unsigned long parent;
		unsigned long high;
		unsigned long low;

		parent = strtoul(text, &end, 10);
		if (end > text && end < text + length && parent > 0 &&
			(*end == '\t' || *end == ' '))
		{
			high = strtoul(end, &rest, 16);
			if (rest > end && *rest == '/')
			{
				low = strtoul(rest + 1, NULL, 16);
				found->parent = (uint32_t) parent;
				found->lsn = ((uint64_t) high << 32) | low;
				found->number = found->lsn / a->size;
				found->reason = reason_of(a->host, rest + 1, text + length);
				any = true;
			}
		}
		text += length + (text[length] == '\n');
	}
	return any;
}

/* Reads where the timeline of a history file begins. */
static void
read_history(dbc_wal_archive *a, dbc_backup_files *files, int directory,
			 const dbc_wal_file *history)
{
	int file = DBC_CALL(a->host, backup, open_file)(a->host, files, directory,
													history->name, false);
	dbc_wal_origin found = {.timeline = history->timeline};
	int64_t bytes = history->bytes;
	char *text;

	if (file < 0)
		return;
	if (bytes <= LONGEST_HISTORY)
	{
		text = dbc_alloc(a->host, (size_t) bytes + 1);
		text[DBC_CALL(a->host, backup, read)(a->host, files, file, 0, text,
											 (size_t) bytes)] = '\0';
		if (read_switch(a, text, &found))
		{
			a->origins = dbc_grow(a->host, a->origins, (size_t) a->norigins,
								  sizeof(*a->origins));
			a->origins[a->norigins++] = found;
		}
	}
	DBC_CALL(a->host, backup, close)(files, file);
}

const dbc_wal_origin *
dbc_backup_wal_origin_of(const dbc_wal_archive *a, uint32_t timeline)
{
	for (int i = 0; i < a->norigins; i++)
		if (a->origins[i].timeline == timeline)
			return &a->origins[i];
	return NULL;
}

/* ---- reading ---- */

/* Bytes of a frame of zstd that tell how long its content is. */
#define FRAME_HEADER 18

static uint64_t
unpacked_size(const dbc_wal_archive *a, const char *name)
{
	const dbc_backup_host *calls = DBC_ROOM(a->host, backup);
	int file = calls->open_file(a->host, a->opened, a->directory, name, false);
	char header[FRAME_HEADER];
	size_t length;

	if (file < 0)
		return 0;
	length = calls->read(a->host, a->opened, file, 0, header, sizeof(header));
	calls->close(a->opened, file);
	return ZSTD_getFrameContentSize(header, length);
}

/* The size of the segments of an archive, which its server has from initdb:
 * that of the largest file that can be one, since others may be cut; else that
 * of this server. */
static uint64_t
segment_size(const dbc_wal_archive *a, const dbc_backup_entry *entries,
			 int count)
{
	uint64_t most = 0;

	for (int i = 0; i < count; i++)
	{
		const char *rest = entries[i].name + NAME;
		uint64_t size = 0;

		if (entries[i].kind != DBC_BACKUP_FILE ||
			strspn(entries[i].name, "0123456789ABCDEF") != NAME)
			continue;
		if (!*rest)
			size = (uint64_t) entries[i].bytes;
		else if (most == 0 && dbc_same(rest, ".zst"))
			size = unpacked_size(a, entries[i].name);
		if (size >= 1 << 20 && size <= 1 << 30 && (size & (size - 1)) == 0 &&
			size > most)
			most = size;
	}
	return most ? most
				: (uint64_t) dbc_get_int(
					  a->host, dbc_query(a->host, "backup/segment_size"), 0, 0);
}

void
dbc_backup_wal_read_archive(dbc_host *host, dbc_backup_files *files,
							const char *path, dbc_wal_archive *a)
{
	const dbc_backup_entry *entries;
	int count;

	*a = (dbc_wal_archive){.host = host, .path = path, .opened = files};
	a->directory = DBC_CALL(host, backup, open_directory)(
		host, files, DBC_BACKUP_NOWHERE, path, false);
	if (a->directory < 0)
		dbc_fail(host, "58P01", NULL, NULL, "there is no directory \"%s\"",
				 path);
	entries = DBC_CALL(host, backup, list)(host, files, a->directory, &count);
	a->size = segment_size(a, entries, count);
	a->files = dbc_alloc(host, ((size_t) count + 1) * sizeof(*a->files));
	for (int i = 0; i < count; i++)
	{
		dbc_wal_file *file = &a->files[a->nfiles];

		if (entries[i].kind != DBC_BACKUP_FILE)
			continue;
		*file = (dbc_wal_file){.name = entries[i].name,
							   .bytes = entries[i].bytes,
							   .changed_ms = entries[i].changed_ms};
		classify(a, file);
		a->nfiles++;
	}
	dbc_sort(a->files, (size_t) a->nfiles, sizeof(*a->files), compare_files);
	for (int i = 0; i < a->nfiles; i++)
		if (a->files[i].kind == DBC_WAL_HISTORY)
			read_history(a, files, a->directory, &a->files[i]);
}

const dbc_wal_file *
dbc_backup_wal_find(const dbc_wal_archive *a, uint32_t timeline,
					uint64_t number)
{
	const dbc_wal_file *found = NULL;
	int low = 0;
	int high = a->nfiles;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		const dbc_wal_file *file = &a->files[middle];

		if (file->timeline < timeline ||
			(file->timeline == timeline && file->number < number))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < a->nfiles && a->files[low].timeline == timeline &&
		   a->files[low].number == number;
		 low++)
		if (dbc_wal_is_segment(&a->files[low]) && !(found && found->is_whole))
			found = &a->files[low];
	return found;
}

const dbc_wal_file *
dbc_backup_wal_last(const dbc_wal_archive *a, uint32_t timeline)
{
	const dbc_wal_file *last = NULL;

	for (int i = 0; i < a->nfiles; i++)
		if (dbc_wal_is_segment(&a->files[i]) &&
			a->files[i].timeline == timeline)
			last = &a->files[i];
	return last;
}

/* ---- contents ---- */

/* The largest segment that is read into memory. */
#define MOST_LOADED (64 << 20)

/* A segment that was compressed by zstd. */
static const void *
unpack(const dbc_wal_archive *a, const void *packed, size_t length)
{
	void *bytes = dbc_alloc(a->host, (size_t) a->size);

	return ZSTD_decompress(bytes, (size_t) a->size, packed, length) == a->size
			   ? bytes
			   : NULL;
}

const void *
dbc_backup_wal_load(const dbc_wal_archive *a, const dbc_wal_file *file,
					size_t *length)
{
	const dbc_backup_host *calls = DBC_ROOM(a->host, backup);
	int open;
	void *bytes;

	if (a->size > MOST_LOADED || file->bytes > MOST_LOADED ||
		(file->kind == DBC_WAL_COMPRESSED &&
		 !dbc_ends_with(file->name, ".zst")))
		return NULL;
	open =
		calls->open_file(a->host, a->opened, a->directory, file->name, false);
	if (open < 0)
		return NULL;
	bytes = dbc_alloc(a->host, (size_t) file->bytes + 1);
	*length =
		calls->read(a->host, a->opened, open, 0, bytes, (size_t) file->bytes);
	calls->close(a->opened, open);
	if (file->kind == DBC_WAL_SEGMENT)
		return *length == a->size ? bytes : NULL;
	bytes = (void *) (uintptr_t) unpack(a, bytes, *length);
	*length = (size_t) a->size;
	return bytes;
}
