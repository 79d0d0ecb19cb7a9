/*
 * sound_row.h
 *	  Rows of damaged pages that can be read without harm.
 */
#ifndef DBCPG_CORE_SOUND_ROW_H
#define DBCPG_CORE_SOUND_ROW_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "storage/bufpage.h"

/* Whether the header of the row that a line pointer of a page names lies within
 * the page, so that its visibility can be tested.  The server trusts what it
 * reads: beyond the page it reads other pages, and beyond its memory it ends.
 * The caller holds a lock on the buffer; the line pointer is a normal one. */
extern bool dbcpg_has_sound_header(Page page, OffsetNumber number);

/* Whether each value of such a row lies within it, too. */
extern bool dbcpg_is_sound_row(Page page, OffsetNumber number,
							   TupleDesc columns);

#endif /* DBCPG_CORE_SOUND_ROW_H */
