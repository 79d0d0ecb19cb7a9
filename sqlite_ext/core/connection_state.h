/*
 * connection_state.h
 *	  The data of a connection, for core/connection.c and core/known.c alone.
 */
#ifndef DBCSL_CORE_CONNECTION_STATE_H
#define DBCSL_CORE_CONNECTION_STATE_H

#include "sqlite_ext/core/connection.h"

#include "common/core/recent.h"

/* The most statements that a connection keeps, and the most memory of them:
 * those of a call for one row need some hundred kB. */
#define DBCSL_MOST_KEPT	 256
#define DBCSL_MOST_BYTES (4 << 20)

/* The most tables and the like that it knows, and as many statements. */
#define DBCSL_MOST_KNOWN 256

typedef struct dbcsl_kept
{
	sqlite3_stmt *statement; /* NULL: a free place */
	bool is_taken;			 /* by a call */
	size_t length;			 /* of its text */
	int bytes;				 /* of memory */
	int64_t used;			 /* the statement used last has the highest */
	int64_t schema;			 /* the number of the schema that was in use */
	int64_t followed; /* that of the schema in which it was followed, or 0 */
} dbcsl_kept;

/* Something that was read of the schema. */
typedef struct dbcsl_known
{
	char *key; /* NULL: a free place */
	void *memory;
	int64_t used; /* as above */
} dbcsl_known;

/* The most things that calls have made for a table of main. */
#define DBCSL_MOST_MADE 8

/* Such a thing, which a call takes away while it uses it. */
typedef struct dbcsl_made
{
	void *memory;	 /* NULL: a free place */
	const char *key; /* part of it */
	void (*end)(void *memory);
	int64_t used; /* as above */
} dbcsl_made;

typedef struct dbcsl_knowledge
{
	int version; /* of the schema that it was read of */
	dbcsl_known places[DBCSL_MOST_KNOWN];
} dbcsl_knowledge;

struct dbcsl_connection
{
	sqlite3 *db;
	int references;
	int reading;	   /* READ calls in progress */
	bool is_connected; /* its table */
	int64_t uses;
	dbcsl_kept kept[DBCSL_MOST_KEPT];
	int bytes;		/* of all of them */
	int64_t schema; /* counts the schemas that READ calls have seen */
	dbcsl_knowledge tables;
	dbcsl_knowledge statements;
	int64_t followed; /* counts the schemas that they were about */
	dbcsl_made made[DBCSL_MOST_MADE]; /* valid as long as these */
	dbcsl_knowledge allowed;
	int sharing; /* calls in progress, one within the other */
	char *functions;
	/* with which dbcare's tables were verified; NULL: they were not */
	char *verified_with;
	char *safe_with;  /* that no definition in main calls; NULL: not known */
	bool is_compared; /* with the functions of the calls in progress, ... */
	bool is_awaited;  /* ... which is to be done before they prepare more */
	dbc_recent recent[DBC_MOST_RECENT];
	unsigned char *prepared; /* a bit for each embedded statement */
	dbcsl_entry entries[];
};

/* Forgets something, or everything of a kind. */
extern void dbcsl_forget(dbcsl_known *place);
extern void dbcsl_forget_all(dbcsl_knowledge *all);
/* Ends what a call has made, in a place or everywhere. */
extern void dbcsl_end_made(dbcsl_made *place);
extern void dbcsl_forget_made(dbcsl_connection *connection);

#endif /* DBCSL_CORE_CONNECTION_STATE_H */
