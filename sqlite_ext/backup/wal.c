/*
 * wal.c
 *	  Reading the frames of a write-ahead log; its format is described in
 *	  "Database File Format" of SQLite, that of its index in "WAL-mode File
 *	  Format".
 */
#include "sqlite_ext/backup/wal.h"

#include "common/core/sort.h"

#include <stdlib.h>
#include <string.h>

#define HEADER		 32
#define FRAME_HEADER 24
#define MAGIC		 0x377f0682u /* and 1 if sums are of big-endian numbers */

/* Places in a header ... */
#define AT_MAGIC	 0
#define AT_PAGE_SIZE 8
#define AT_SALTS	 16
#define AT_SUMS		 24
/* ... and in one of a frame. */
#define AT_PAGE		   0
#define AT_COMMIT	   4 /* pages of the database, if it is the last of one */
#define AT_FRAME_SALTS 8
#define AT_FRAME_SUMS  16

/* The index has its header twice, and is mapped in pieces. */
#define INDEX_HEADER 48
#define INDEX_PIECE	 32768
#define AT_INDEX_FRAMES \
	16 /* how many are committed, in the order of the host */
#define AT_INDEX_SALTS 32

/* How often a header is read that is written meanwhile. */
#define INDEX_TRIES 1000

/* Bytes that are read at once, at least a frame. */
#define PIECE ((size_t) 1 << 18)

static uint32_t
get_big(const unsigned char *at)
{
	return (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16 |
		   (uint32_t) at[2] << 8 | (uint32_t) at[3];
}

static uint32_t
get_little(const unsigned char *at)
{
	return (uint32_t) at[3] << 24 | (uint32_t) at[2] << 16 |
		   (uint32_t) at[1] << 8 | (uint32_t) at[0];
}

/* Adds bytes, a multiple of 8, to sums. */
static void
add_sums(bool big_endian, const unsigned char *bytes, size_t length,
		 uint32_t sums[2])
{
	uint32_t first = sums[0];
	uint32_t second = sums[1];

	for (size_t i = 0; i < length; i += 8)
	{
		first +=
			(big_endian ? get_big(bytes + i) : get_little(bytes + i)) + second;
		second +=
			(big_endian ? get_big(bytes + i + 4) : get_little(bytes + i + 4)) +
			first;
	}
	sums[0] = first;
	sums[1] = second;
}

static sqlite3_int64
offset_of(const dbcsl_wal *wal, uint32_t frame)
{
	return HEADER +
		   (sqlite3_int64) (frame - 1) * (FRAME_HEADER + wal->page_size);
}

static int
read_bytes(const dbcsl_wal *wal, sqlite3_int64 offset, unsigned char *bytes,
		   size_t length)
{
	return wal->file->pMethods->xRead(wal->file, bytes, (int) length, offset);
}

static bool
is_page_size(uint32_t size)
{
	return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

/* The index of a log that a connection reads; NULL: it is not shared. */
static int
map_index(sqlite3 *db, sqlite3_file **file,
		  const volatile unsigned char **index)
{
	void volatile *mapped = NULL;
	int code =
		sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, file);

	if (code == SQLITE_OK && *file && (*file)->pMethods &&
		(*file)->pMethods->iVersion >= 2 && (*file)->pMethods->xShmMap)
		code = (*file)->pMethods->xShmMap(*file, 0, INDEX_PIECE, 0, &mapped);
	*index = mapped;
	return code;
}

/* Lets the log end with what others see as committed.  A commit is in the file
 * before that, while a writer puts it on disk: a backup that begins then does
 * not have it. */
static int
leave_unseen(sqlite3 *db, dbcsl_wal *wal)
{
	unsigned char header[2][INDEX_HEADER];
	const volatile unsigned char *index;
	sqlite3_file *file = NULL;
	uint32_t frames;
	int code = map_index(db, &file, &index);

	if (code != SQLITE_OK || !index)
		return code;
	for (int i = 0; i < INDEX_TRIES; i++)
	{
		for (int h = 0; h < 2; h++)
		{
			for (int at = 0; at < INDEX_HEADER; at++)
				header[h][at] = index[h * INDEX_HEADER + at];
			file->pMethods->xShmBarrier(file);
		}
		if (memcmp(header[0], header[1], INDEX_HEADER) != 0)
			continue;
		memcpy(&frames, header[0] + AT_INDEX_FRAMES, sizeof(frames));
		/* that of a log which was begun again says nothing about this one */
		if (memcmp(header[0] + AT_INDEX_SALTS, wal->start.salts,
				   DBCSL_WAL_SALTS) == 0 &&
			offset_of(wal, frames + 1) < wal->bytes)
			wal->bytes = offset_of(wal, frames + 1);
		return SQLITE_OK;
	}
	return SQLITE_BUSY;
}

int
dbcsl_backup_wal_open(sqlite3 *db, dbcsl_wal *wal)
{
	unsigned char header[HEADER];
	uint32_t sums[2] = {0, 0};
	int code;

	*wal = (dbcsl_wal){0};
	code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
								&wal->file);
	if (code != SQLITE_OK || !wal->file || !wal->file->pMethods)
	{
		wal->file = NULL;
		return code;
	}
	code = wal->file->pMethods->xFileSize(wal->file, &wal->bytes);
	if (code != SQLITE_OK || wal->bytes < HEADER)
		return code;
	code = read_bytes(wal, 0, header, sizeof(header));
	if (code != SQLITE_OK)
		return code;
	wal->big_endian = get_big(header + AT_MAGIC) & 1;
	wal->page_size = get_big(header + AT_PAGE_SIZE);
	add_sums(wal->big_endian, header, AT_SUMS, sums);
	memcpy(wal->start.salts, header + AT_SALTS, DBCSL_WAL_SALTS);
	memcpy(wal->start.sums, sums, sizeof(sums));
	wal->has_header = (get_big(header + AT_MAGIC) & ~1u) == MAGIC &&
					  is_page_size(wal->page_size) &&
					  get_big(header + AT_SUMS) == sums[0] &&
					  get_big(header + AT_SUMS + 4) == sums[1];
	return wal->has_header ? leave_unseen(db, wal) : SQLITE_OK;
}

bool
dbcsl_backup_wal_has(const dbcsl_wal *wal, const dbcsl_wal_place *place)
{
	unsigned char header[FRAME_HEADER];

	if (!wal->has_header ||
		memcmp(wal->start.salts, place->salts, DBCSL_WAL_SALTS) != 0)
		return false;
	if (place->frame == 0)
		return memcmp(wal->start.sums, place->sums, sizeof(place->sums)) == 0;
	return offset_of(wal, place->frame + 1) <= wal->bytes &&
		   read_bytes(wal, offset_of(wal, place->frame), header,
					  sizeof(header)) == SQLITE_OK &&
		   get_big(header + AT_FRAME_SUMS) == place->sums[0] &&
		   get_big(header + AT_FRAME_SUMS + 4) == place->sums[1];
}

void
dbcsl_backup_wal_end(dbcsl_wal *wal, const dbcsl_wal_place *place)
{
	if (wal->has_header)
		wal->bytes = offset_of(wal, place->frame + 1);
}

/* ---- frames ---- */

typedef struct reading
{
	const dbcsl_wal *wal;
	dbcsl_wal_commits *commits;
	dbcsl_wal_place at;
	size_t room;	  /* of the list */
	size_t found;	  /* in the list */
	size_t committed; /* of these */
} reading;

/* Adds a valid frame; false if it is none, or memory is out. */
static bool
add_frame(reading *r, const unsigned char *frame, int *code)
{
	const dbcsl_wal *wal = r->wal;
	uint32_t sums[2] = {r->at.sums[0], r->at.sums[1]};
	uint32_t size = get_big(frame + AT_COMMIT);

	add_sums(wal->big_endian, frame, AT_FRAME_SALTS, sums);
	add_sums(wal->big_endian, frame + FRAME_HEADER, wal->page_size, sums);
	if (memcmp(frame + AT_FRAME_SALTS, wal->start.salts, DBCSL_WAL_SALTS) !=
			0 ||
		get_big(frame + AT_PAGE) == 0 ||
		get_big(frame + AT_FRAME_SUMS) != sums[0] ||
		get_big(frame + AT_FRAME_SUMS + 4) != sums[1])
		return false;
	if (r->found == r->room)
	{
		size_t room = r->room ? 2 * r->room : 256;
		dbcsl_wal_page *list = sqlite3_realloc64(
			r->commits->list, (sqlite3_uint64) room * sizeof(*list));

		if (!list)
		{
			*code = SQLITE_NOMEM;
			return false;
		}
		r->commits->list = list;
		r->room = room;
	}
	memcpy(r->at.sums, sums, sizeof(sums));
	r->at.frame++;
	r->commits->list[r->found++] =
		(dbcsl_wal_page){get_big(frame + AT_PAGE), r->at.frame};
	if (size > 0)
	{
		r->commits->end = r->at;
		r->commits->pages = size;
		r->committed = r->found;
	}
	return true;
}

static int
compare_pages(const void *left, const void *right)
{
	const dbcsl_wal_page *l = left;
	const dbcsl_wal_page *r = right;

	return l->number != r->number ? (l->number < r->number ? -1 : 1)
		   : l->frame != r->frame ? (l->frame < r->frame ? -1 : 1)
								  : 0;
}

/* Leaves the last frame of each page that the database has. */
static void
leave_last(reading *r)
{
	dbcsl_wal_commits *commits = r->commits;

	dbc_sort(commits->list, r->committed, sizeof(*commits->list),
			 compare_pages);
	commits->count = 0;
	for (size_t i = 0; i < r->committed; i++)
		if (commits->list[i].number <= commits->pages &&
			(i + 1 == r->committed ||
			 commits->list[i].number != commits->list[i + 1].number))
			commits->list[commits->count++] = commits->list[i];
}

int
dbcsl_backup_wal_read(const dbcsl_wal *wal, const dbcsl_wal_place *from,
					  dbcsl_wal_commits *commits)
{
	reading r = {.wal = wal, .commits = commits, .at = *from};
	size_t unit = FRAME_HEADER + wal->page_size;
	size_t most = PIECE / unit > 0 ? PIECE / unit : 1;
	unsigned char *piece = sqlite3_malloc64(most * unit);
	int code = piece ? SQLITE_OK : SQLITE_NOMEM;
	bool valid = true;

	*commits = (dbcsl_wal_commits){.end = *from};
	while (valid && code == SQLITE_OK)
	{
		sqlite3_int64 offset = offset_of(wal, r.at.frame + 1);
		sqlite3_int64 there = (wal->bytes - offset) / (sqlite3_int64) unit;
		size_t count = there < (sqlite3_int64) most ? (size_t) there : most;

		if (wal->bytes < offset || count == 0)
			break;
		code = read_bytes(wal, offset, piece, count * unit);
		for (size_t i = 0; i < count && valid && code == SQLITE_OK; i++)
			valid = add_frame(&r, piece + i * unit, &code);
	}
	sqlite3_free(piece);
	if (code == SQLITE_OK)
		leave_last(&r);
	return code;
}

int
dbcsl_backup_wal_read_page(const dbcsl_wal *wal, uint32_t frame,
						   unsigned char *bytes)
{
	return read_bytes(wal, offset_of(wal, frame) + FRAME_HEADER, bytes,
					  wal->page_size);
}
