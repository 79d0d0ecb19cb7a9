/*
 * dbc.h
 *	  Types of the core: values, rows, errors, and the tables generated from
 *	  the .def files.
 *
 * The core allocates arena memory only (see core/host.h): every pointer here is
 * valid until the SQL call that created it returns, and nothing is freed
 * separately.
 */
#ifndef DBC_CORE_DBC_H
#define DBC_CORE_DBC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dbc_host dbc_host;

/* DBC_JSON is text that is known to be valid JSON. */
typedef enum dbc_value_kind
{
	DBC_NULL,
	DBC_BOOL,
	DBC_INT,
	DBC_REAL,
	DBC_TEXT,
	DBC_JSON
} dbc_value_kind;

typedef struct dbc_value
{
	dbc_value_kind kind;
	int64_t integer;  /* DBC_INT, and 0 or 1 for DBC_BOOL */
	double real;	  /* DBC_REAL */
	const char *text; /* DBC_TEXT, DBC_JSON: UTF-8, NUL-terminated */
} dbc_value;

/* The complete result of one statement; core/reader.h reads it. */
typedef struct dbc_rows
{
	int nrows;
	int ncols;
	int64_t affected;		 /* rows inserted, updated or deleted */
	const dbc_value *values; /* nrows * ncols, row by row */
	/* for error messages; may be NULL */
	const char *statement;		/* name of the embedded statement */
	const char *sql;			/* text of the statement */
	const char *const *columns; /* names of the columns */
} dbc_rows;

/* An error; only sqlstate and message are always set. */
typedef struct dbc_error
{
	const char *sqlstate; /* five characters */
	const char *message;  /* lower case, no full stop */
	const char *detail;	  /* a sentence, or NULL */
	const char *hint;	  /* a sentence, or NULL */
	const char *context;  /* the position, as a sentence, or NULL */
	int statement_no;	  /* number in the script, from 1 ... */
	int line;			  /* ... and line in the file; 0 if unknown */
	int column;			  /* see core/excerpt.h */
	const char *relation; /* table of a violated constraint, or NULL ... */
	const char *columns;  /* ... and its columns, quoted and separated by ", ",
						   * or NULL */
	const char *excerpt;  /* [SQLite] the lines around it, or NULL */
	/* raised by code of another user, or for lack of privileges */
	bool by_owner;
	unsigned
		caught; /* [PG] number of the failure that a guard has caught, or 0 */
} dbc_error;

/* SQLSTATEs raised by the core; see PostgreSQL's errcodes.txt. */
#define DBC_INVALID_PARAMETER  "22023"
#define DBC_INVALID_TEXT	   "22P02"
#define DBC_NULL_NOT_ALLOWED   "22004"
#define DBC_OUT_OF_RANGE	   "22003"
#define DBC_FOREIGN_KEY		   "23503"
#define DBC_ACTIVE_TRANSACTION "25001"
#define DBC_NO_TRANSACTION	   "25P01"
#define DBC_INSUFFICIENT	   "42501"
#define DBC_SYNTAX_ERROR	   "42601"
#define DBC_UNDEFINED_OBJECT   "42704"
#define DBC_DUPLICATE_OBJECT   "42710"
#define DBC_UNSUPPORTED		   "0A000"
#define DBC_INVALID_NAME	   "42602"
#define DBC_WRONG_OBJECT_TYPE  "42809"
#define DBC_UNDEFINED_TABLE	   "42P01"
#define DBC_UNDEFINED_COLUMN   "42703"
#define DBC_DUPLICATE_TABLE	   "42P07"
#define DBC_UNDEFINED_FUNCTION "42883"
#define DBC_NOT_READY		   "55000"
#define DBC_LOCK_NOT_AVAILABLE "55P03"
#define DBC_ASSERT_FAILURE	   "P0004"
#define DBC_CORRUPTED		   "XX001"
#define DBC_TOO_COMPLEX		   "54001"
#define DBC_INTERNAL		   "XX000"

/* One embedded .sql file; name is "<room>/<file name without .sql>". */
typedef struct dbc_sql
{
	const char *name;
	const char *text;
	/* generated from the file; see test/core/statements.c */
	const char *columns; /* names of the columns, or "none" */
	int ncolumns;
	int nparameters; /* highest n of a parameter $n */
	/* [PG] runs as the owner of dbcare's tables; a text for
	 * dbc_query_text_pages(): as an owner of the tables that it reads */
	bool as_owner;
	/* [PG] sequences whose next numbers are the parameters after these,
	 * separated by blanks */
	const char *numbers;
	/* its results depend on its parameters, and on the current user and catalogs
	 * whose changes a session learns of [PG], or the schema [SQLite] */
	bool is_kept;
} dbc_sql;

/* ---- the table of SQL functions (core/api.def) ---- */

typedef enum dbc_function_class
{
	DBC_PURE,
	DBC_READ,
	DBC_WRITE,
	DBC_PROC,	 /* a WRITE function that also commits */
	DBC_FILE,	 /* reads the database and writes files; has no transaction on
					SQLite, and runs on a standby */
	DBC_VOLATILE /* a value that differs between calls; reads no tables, and
					leaves no event */
} dbc_function_class;

/* Types an argument or a column may have in SQL. */
typedef enum dbc_type
{
	DBC_T_END, /* ends an argument or column list */
	DBC_T_TEXT,
	DBC_T_VERSION, /* text; rejects a number (1.10 is not 1.1) */
	DBC_T_FILES,   /* arguments only: text, or a JSON object of files */
	DBC_T_ANY,	   /* any scalar */
	DBC_T_JSON,
	DBC_T_DOCUMENT, /* arguments only: JSON that the function parses itself, or
					   NULL; DBC_JSON, or text with its length in integer */
	DBC_T_BOOL,
	DBC_T_INT,	/* bigint */
	DBC_T_REAL, /* double precision */
	DBC_T_TIMESTAMP,
	DBC_T_ROWS /* result only: rows, see columns */
} dbc_type;

/* Engines that have an entry. */
#define DBC_ON_POSTGRESQL 1
#define DBC_ON_SQLITE	  2
#define DBC_ON_BOTH		  (DBC_ON_POSTGRESQL | DBC_ON_SQLITE)

/* Types of the members of an options argument. */
typedef enum dbc_option_type
{
	DBC_O_BOOL,
	DBC_O_INT,	 /* within minimum .. maximum */
	DBC_O_TEXT,	 /* one of choices, if there are any */
	DBC_O_SQL,	 /* a string, or an object with one for each engine */
	DBC_O_TEXTS, /* array of strings, each one of choices, if there are any */
	DBC_O_ARRAY, /* any array */
	DBC_O_OBJECT /* any object */
} dbc_option_type;

typedef struct dbc_option
{
	const char *name; /* NULL ends a list */
	dbc_option_type type;
	int64_t minimum;
	int64_t maximum;
	const char *const *choices; /* ended by NULL, or NULL */
	const char *lister;			/* sentence: what lists many choices; or NULL */
	int engines;				/* DBC_ON_*; 0: both */
	const char *instead;		/* hint on the other engine, or NULL */
	const char *default_value;	/* what holds without it, or NULL */
	const char *doc;
} dbc_option;

/* Types of the members of a JSON result. */
typedef enum dbc_member_type
{
	DBC_M_BOOL,
	DBC_M_INT,
	DBC_M_REAL,
	DBC_M_TEXT,
	DBC_M_TIME, /* as text, in UTC */
	DBC_M_TEXTS,
	DBC_M_KEY,	/* the key of a row: a value, or an object with the columns */
	DBC_M_KEYS, /* an array of them */
	DBC_M_ROW,	/* columns of a user's row */
	DBC_M_ROWS,
	DBC_M_NUMBERS, /* an object whose members depend on the database */
	DBC_M_ANY,
	DBC_M_OBJECT, /* see members */
	DBC_M_OBJECTS
} dbc_member_type;

typedef enum dbc_presence
{
	DBC_ALWAYS,
	DBC_NULLABLE, /* always there, and may be null */
	DBC_SOMETIMES /* otherwise left out, or null */
} dbc_presence;

/* A member of a JSON result. */
typedef struct dbc_member
{
	const char *name; /* NULL ends a list */
	dbc_member_type type;
	dbc_presence presence;
	const char *doc;
	const struct dbc_member *members; /* of DBC_M_OBJECT and DBC_M_OBJECTS */
} dbc_member;

typedef struct dbc_field
{
	const char *name;
	dbc_type type;
	bool optional; /* arguments only: may be omitted */
	const char *doc;
	bool nullable; /* arguments only: may be NULL */
} dbc_field;

typedef struct dbc_function
{
	const char *name;
	dbc_function_class class;
	dbc_type result;
	int engines;		  /* DBC_ON_* */
	bool runs_stored_sql; /* [SQLite] DIRECTONLY even if it is READ */
	const char *doc;
	const dbc_field *args;	   /* ended by DBC_T_END */
	const dbc_field *columns;  /* of DBC_T_ROWS; ended by DBC_T_END */
	const dbc_option *options; /* of the argument of this name */
	const dbc_member *members; /* of DBC_T_JSON; NULL: those of a table */
	/* args has one value per declared argument; results are returned by
	 * dbc_emit() */
	void (*run)(dbc_host *host, const dbc_value *args);
} dbc_function;

/* The name of a class: "PURE", ... */
extern const char *dbc_class_name(dbc_function_class class);

/* Whether functions of a class may write. */
static inline bool
dbc_class_writes(dbc_function_class class)
{
	return class == DBC_WRITE || class == DBC_PROC;
}

/* Whether calls of a function leave an event. */
static inline bool
dbc_class_acts(dbc_function_class class)
{
	return dbc_class_writes(class) || class == DBC_FILE;
}

/* Whether calls of a function are granted, and not possible in a schema. */
static inline bool
dbc_class_is_granted(dbc_function_class class)
{
	return dbc_class_acts(class) || class == DBC_VOLATILE;
}

extern const dbc_function dbc_functions[];
extern const int dbc_nfunctions;

/* The area of a function is its name up to the first underscore. */
extern const char *dbc_function_area(dbc_host *host, const dbc_function *fn);

/* The SQL name of a type on an engine ("jsonb", "bigint", ...); for DBC_ON_BOTH
 * the name in the reference ("json", "integer", ...). */
extern const char *dbc_type_name(dbc_type type, int engine);

/* The type of an option, as the reference has it. */
extern const char *dbc_option_type_name(dbc_option_type type);

#endif /* DBC_CORE_DBC_H */
