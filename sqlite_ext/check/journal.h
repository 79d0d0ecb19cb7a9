/*
 * journal.h
 *	  The rollback journal of a file that nobody opens: the pages as they were
 *	  before a transaction that was interrupted.
 */
#ifndef DBCSL_CHECK_JOURNAL_H
#define DBCSL_CHECK_JOURNAL_H

#include "sqlite_ext/check/page_file.h"

typedef struct dbcsl_journal
{
	bool is_hot;   /* the transaction was neither committed nor rolled back */
	int page_size; /* 0: its header is damaged */
	int64_t rolled_back; /* pages */
	int64_t damaged;	 /* pages of it that cannot be read */
} dbcsl_journal;

/* Reads the header of a journal; NULL: there is none. */
extern void dbcsl_check_open_journal(dbcsl_host *h, sqlite3_file *file,
									 dbcsl_journal *journal);

/* Lets the pages of a file without a log be those before the transaction. The
 * file stays as it is. */
extern void dbcsl_check_roll_back(dbcsl_page_file *f, sqlite3_file *file,
								  dbcsl_journal *journal);

#endif /* DBCSL_CHECK_JOURNAL_H */
