/*
 * segment.c
 *	  What a segment of the log holds: whose it is, and when was committed.
 *
 * Records are read by the code of the server, out of memory.  Those that begin
 * in the segment before or end in the next one are left out.
 */
#include "pg_ext/backup/segment.h"

#include "access/rmgr.h"
#include "access/xact.h"
#include "access/xlog_internal.h"
#include "access/xlogreader.h"
#include "access/xlogutils.h"
#include "utils/timestamp.h"

#include "common/core/clock.h"
#include "common/core/text.h"

/* A segment in memory. */
typedef struct segment
{
	const char *bytes;
	Size length;
	XLogRecPtr start;
} segment;

static int
read_page(XLogReaderState *reader, XLogRecPtr page, int wanted,
		  XLogRecPtr record, char *buffer)
{
	const segment *s = reader->private_data;

	(void) wanted;
	(void) record;
	if (page < s->start || page + XLOG_BLCKSZ > s->start + s->length)
		return -1;
	memcpy(buffer, s->bytes + (page - s->start), XLOG_BLCKSZ);
	return XLOG_BLCKSZ;
}

/* Where the first record begins, after the end of one from the segment before;
 * 0: none does. */
static XLogRecPtr
first_record(const segment *s)
{
	for (Size at = 0; at < s->length; at += XLOG_BLCKSZ)
	{
		const XLogPageHeaderData *page =
			(const XLogPageHeaderData *) (s->bytes + at);
		Size header = XLogPageHeaderSize(page);
		Size left = page->xlp_info & XLP_FIRST_IS_CONTRECORD
						? MAXALIGN(page->xlp_rem_len)
						: 0;

		if (page->xlp_magic != XLOG_PAGE_MAGIC)
			return 0;
		if (left < XLOG_BLCKSZ - header)
			return s->start + at + header + left;
	}
	return 0;
}

/* The time of a commit, in milliseconds since 1970; 0 if it is none. */
static int64
commit_time(XLogReaderState *reader)
{
	uint8 kind = XLogRecGetInfo(reader) & XLOG_XACT_OPMASK;
	TimestampTz time;

	if (XLogRecGetRmid(reader) != RM_XACT_ID ||
		(kind != XLOG_XACT_COMMIT && kind != XLOG_XACT_COMMIT_PREPARED) ||
		XLogRecGetDataLen(reader) < sizeof(time))
		return 0;
	memcpy(&time, XLogRecGetData(reader), sizeof(time));
	return time / 1000 + (int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) *
							 SECS_PER_DAY * 1000;
}

static void
read_records(const segment *s, dbc_wal_facts *facts)
{
	XLogReaderState *reader = XLogReaderAllocate(
		(int) s->length, NULL,
		XL_ROUTINE(.page_read = read_page, .segment_close = wal_segment_close),
		(void *) (uintptr_t) s);
	XLogRecPtr start = first_record(s);
	char *problem;

	if (reader && start)
	{
		XLogBeginRead(reader, start);
		while (XLogReadRecord(reader, &problem))
		{
			int64 time = commit_time(reader);

			if (time && !facts->first_commit_ms)
				facts->first_commit_ms = time;
			if (time > facts->last_commit_ms)
				facts->last_commit_ms = time;
			facts->last_lsn = reader->ReadRecPtr;
			CHECK_FOR_INTERRUPTS();
		}
	}
	if (reader)
		XLogReaderFree(reader);
}

dbc_wal_facts
dbcpg_backup_read_segment(dbc_host *host, const void *bytes, size_t length)
{
	const XLogLongPageHeaderData *header = bytes;
	segment s = {.bytes = bytes, .length = length};
	dbc_wal_facts facts = {0};

	if (length < XLOG_BLCKSZ || !IsValidWalSegSize(length) ||
		header->std.xlp_magic != XLOG_PAGE_MAGIC ||
		!(header->std.xlp_info & XLP_LONG_HEADER) ||
		header->xlp_seg_size != length)
		return facts;
	s.start = header->std.xlp_pageaddr;
	facts.system_identifier =
		dbc_format(host, "%llu", (unsigned long long) header->xlp_sysid);
	facts.timeline = header->std.xlp_tli;
	facts.lsn = s.start;
	read_records(&s, &facts);
	return facts;
}
