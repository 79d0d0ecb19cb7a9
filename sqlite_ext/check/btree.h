/*
 * btree.h
 *	  The pages and records of B-trees, each tested before it is used.
 */
#ifndef DBCSL_CHECK_BTREE_H
#define DBCSL_CHECK_BTREE_H

#include "sqlite_ext/check/page_file.h"

/* Kinds of pages. */
#define DBCSL_INTERIOR_INDEX 2
#define DBCSL_INTERIOR_TABLE 5
#define DBCSL_LEAF_INDEX	 10
#define DBCSL_LEAF_TABLE	 13

typedef struct dbcsl_tree_page
{
	const unsigned char *bytes;
	int64_t number;
	int kind;
	bool of_table; /* its rows have a rowid */
	bool is_leaf;
	int ncells;
	const unsigned char *pointers; /* two bytes per cell */
	int content;				   /* where the cells begin */
	int64_t right;				   /* last child of an interior page */
	bool is_whole; /* no cell and no free block overlaps another */
} dbcsl_tree_page;

/* A cell: a row, an entry of an index, or the way to a child. */
typedef struct dbcsl_cell
{
	int64_t child; /* 0: of a leaf */
	int64_t rowid;
	const unsigned char *payload; /* NULL: it has none */
	int64_t length;				  /* of all of it */
	int local;					  /* bytes of it in the page */
	int64_t overflow;			  /* page that has the rest; 0: none */
} dbcsl_cell;

/* Reads the header of a page.  Returns what is wrong with it, or NULL. */
extern const char *dbcsl_check_parse_page(const dbcsl_page_file *f,
										  const unsigned char *bytes,
										  int64_t number,
										  dbcsl_tree_page *page);

/* Reads a cell; false if it is not valid. */
extern bool dbcsl_check_parse_cell(const dbcsl_page_file *f,
								   const dbcsl_tree_page *page, int number,
								   dbcsl_cell *cell);

/* The overflow pages that a cell needs. */
extern int64_t dbcsl_check_overflow_pages(const dbcsl_page_file *f,
										  const dbcsl_cell *cell);

/* Takes a page for a cell; false if another one has it. */
typedef bool dbcsl_take_page(void *arg, int64_t page);

/* Takes the overflow pages of a cell; false if the chain is broken.  room is
 * for a page. */
extern bool dbcsl_check_take_overflow(dbcsl_page_file *f,
									  const dbcsl_cell *cell,
									  unsigned char *room,
									  dbcsl_take_page *take, void *arg);

/* The whole payload of a cell, from its overflow pages, too; NULL if one of
 * them is missing or the chain is broken.  It is valid until the next call:
 * room and size are those of a buffer, which grows. */
extern const unsigned char *dbcsl_check_read_payload(dbcsl_page_file *f,
													 const dbcsl_cell *cell,
													 unsigned char **room,
													 int64_t *size);

/* A value of a record. */
typedef struct dbcsl_field
{
	int type; /* SQLITE_INTEGER and so on */
	int64_t integer;
	double real;
	const unsigned char *bytes; /* of text or a blob */
	int64_t length;
} dbcsl_field;

/* Reads the values of a record, at most so many; returns how many it has, or -1
 * if it is not valid: its parts must fill exactly its length. */
extern int dbcsl_check_parse_record(const unsigned char *record, int64_t length,
									dbcsl_field *fields, int most);

#endif /* DBCSL_CHECK_BTREE_H */
