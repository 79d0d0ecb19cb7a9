/*
 * lint.h
 *	  What the statements of a script do, as the engine's reader tells it to the
 *	  rules of dbmigrate_lint.
 *
 * A reader takes each statement apart into operations, one for each thing it
 * does to an object: a table, an index, a sequence, ...  Rules (lint/rule.h)
 * look at operations only, so they are written once for both engines.
 *
 * Names are as they are in the catalog: without quotes, folded.
 */
#ifndef DBC_LINT_LINT_H
#define DBC_LINT_LINT_H

#include "common/lint/host.h"

/* A relation, type, schema, ... that a script names. */
typedef struct dbc_lint_object
{
	const char *type;	/* "table", "index", "view", ...; see object_type */
	const char *schema; /* as written, or NULL */
	const char *name;
	const char *shown; /* for messages: as the user would write it */
	const char *id; /* what the engine knows it by, NULL if it is not there */
	int made_in;	/* number of the script of the session that made it, from
					 * 1; 0: none did */
	bool dropped;	/* by a script of the session */
	bool temporary;
	bool partitioned;
	bool is_partition;
	bool measured; /* the next three are known */
	int64_t rows;  /* estimate; -1 where not known */
	int64_t bytes; /* of it all; -1 where not known */
	bool may_grow; /* a script of the session has added rows */
	bool keyless;  /* it has no primary key, as far as is known */
	const char *const *const *indexes; /* of a table that is there: columns of
										* each index without WHERE, like those
										* of an operation; ended by NULL, and
										* NULL where not known */
	void *engine;					   /* the reader's own */
} dbc_lint_object;

/* Locks of PostgreSQL, weakest first; see lock_level of dbmigrate_plan(). */
typedef enum dbc_lint_lock_mode
{
	DBC_L_NONE,
	DBC_L_ACCESS_SHARE,
	DBC_L_ROW_SHARE,
	DBC_L_ROW_EXCLUSIVE,
	DBC_L_SHARE_UPDATE_EXCLUSIVE,
	DBC_L_SHARE,
	DBC_L_SHARE_ROW_EXCLUSIVE,
	DBC_L_EXCLUSIVE,
	DBC_L_ACCESS_EXCLUSIVE
} dbc_lint_lock_mode;

/* "ACCESS EXCLUSIVE", ...; NULL for none. */
extern const char *dbc_lint_lock_mode_name(dbc_lint_lock_mode lock);

/* [PG] What a statement does to a relation that was there before it. */
typedef struct dbc_lint_effect
{
	const dbc_lint_object *object;
	dbc_lint_lock_mode lock;
	bool rewrites; /* all of it, with its indexes */
	bool scans;	   /* reads all of it while it holds the lock */
} dbc_lint_effect;

typedef enum dbc_lint_verb
{
	DBC_V_CREATE, /* object; columns and constraints of a table follow; other
				   * is the table of a trigger, rule or policy */
	DBC_V_DROP,
	DBC_V_RENAME,		 /* object to new_name */
	DBC_V_RENAME_COLUMN, /* column to new_name */
	DBC_V_RENAME_VALUE,	 /* of an enum: value to new_name */
	DBC_V_ADD_COLUMN,	 /* also of CREATE TABLE: then DBC_OP_INITIAL */
	DBC_V_DROP_COLUMN,
	DBC_V_CHANGE_TYPE, /* of column, to type; text: USING, unless it casts */
	DBC_V_SET_NOT_NULL,
	DBC_V_DROP_NOT_NULL,
	DBC_V_SET_DEFAULT, /* drops it if there is no text */
	DBC_V_ADD_CHECK,   /* constraints: name, columns, text; INITIAL likewise */
	DBC_V_ADD_UNIQUE,
	DBC_V_ADD_PRIMARY_KEY,
	DBC_V_ADD_EXCLUSION,
	DBC_V_ADD_FOREIGN_KEY, /* other is the table it refers to */
	DBC_V_VALIDATE,
	DBC_V_DROP_CONSTRAINT, /* name; constraint_type, other where known */
	DBC_V_CREATE_INDEX,	   /* object is the table, name the index */
	DBC_V_DROP_INDEX,	   /* likewise, where its table is known */
	DBC_V_REINDEX,
	DBC_V_ATTACH, /* other becomes a partition of object, which is divided by
				   * columns */
	DBC_V_DETACH,
	DBC_V_MOVE,	   /* SET TABLESPACE, LOGGED, ...: command says which */
	DBC_V_REWRITE, /* VACUUM FULL, CLUSTER, VACUUM of SQLite */
	DBC_V_REFRESH, /* a materialized view */
	DBC_V_VACUUM,  /* no rewrite */
	DBC_V_ANALYZE,
	DBC_V_ADD_VALUE,	   /* of an enum: value */
	DBC_V_ENABLE_TRIGGER,  /* name; "all" and "user" as written */
	DBC_V_DISABLE_TRIGGER, /* likewise */
	DBC_V_ENABLE_SECURITY, /* row level security */
	DBC_V_GRANT,		   /* type: privileges; new_name: grantee */
	DBC_V_INSERT,
	DBC_V_UPDATE,
	DBC_V_DELETE,
	DBC_V_TRUNCATE,
	DBC_V_SET, /* a setting or pragma: name; text is its value, NULL if it is
				* only read */
	DBC_V_TRANSACTION, /* BEGIN, COMMIT, ...: command */
	DBC_V_LOCK,		   /* LOCK TABLE */
	DBC_V_OPAQUE, /* runs what only running it can tell: DO, EXECUTE, CALL */
	DBC_V_OTHER,  /* anything else; there may be effects */

	/* SQLite's own */
	DBC_V_CASCADE, /* dropping object does this to rows of other: text is
					* CASCADE, SET NULL or SET DEFAULT; name is NULL where
					* foreign keys are not enforced, as far as is known */
	DBC_V_LOSE,	   /* of object, which another table takes the place of, this is
					* not made again: type and name, or type and text */
	DBC_V_TAKE_FOR_TEXT /* name, in double quotes: it is no name there */
} dbc_lint_verb;

/* More of an operation; one bit each. */
typedef enum dbc_lint_operation_flag
{
	DBC_OP_INITIAL = 1 << 0, /* part of a CREATE TABLE */
	DBC_OP_CONCURRENTLY = 1 << 1,
	DBC_OP_IF_EXISTS = 1 << 2, /* or IF NOT EXISTS, OR REPLACE */
	DBC_OP_CASCADE = 1 << 3,
	DBC_OP_UNIQUE = 1 << 4,	  /* index, column; of a column also an operation */
	DBC_OP_PRIMARY = 1 << 5,  /* column; also an operation */
	DBC_OP_NOT_NULL = 1 << 6, /* column */
	DBC_OP_DEFAULT = 1 << 7,  /* column has one; text */
	DBC_OP_VOLATILE = 1 << 8, /* its default is evaluated for each row */
	DBC_OP_NONCONSTANT = 1 << 9, /* [SQLite] (expression), CURRENT_TIMESTAMP */
	DBC_OP_STORED = 1 << 10,	 /* generated, stored */
	DBC_OP_VIRTUAL = 1 << 11,	 /* generated, not stored */
	DBC_OP_IDENTITY = 1 << 12,
	DBC_OP_SERIAL = 1 << 13,
	DBC_OP_CHECKED = 1 << 14, /* column has a CHECK, also an operation, or a
							   * domain with one */
	DBC_OP_REFERENCES =
		1 << 15, /* column has a foreign key; also an operation */
	DBC_OP_NOT_VALID = 1 << 16,
	DBC_OP_USING_INDEX = 1 << 17,
	DBC_OP_PROVEN = 1 << 18,	 /* no scan: a valid CHECK says so already */
	DBC_OP_ONLY = 1 << 19,		 /* ON ONLY a partitioned table */
	DBC_OP_PARTIAL = 1 << 20,	 /* index with WHERE */
	DBC_OP_NO_WHERE = 1 << 21,	 /* UPDATE, DELETE of all rows */
	DBC_OP_FROM_QUERY = 1 << 22, /* INSERT ... SELECT, CREATE TABLE AS */
	DBC_OP_LOCAL = 1 << 23,		 /* SET LOCAL */
	DBC_OP_FREE = 1 << 24, /* CHANGE_TYPE: rows and indexes stay as they are */
	DBC_OP_RESTRICTIVE = 1 << 25,  /* policy */
	DBC_OP_DEFINER = 1 << 26,	   /* function: SECURITY DEFINER */
	DBC_OP_PINNED = 1 << 27,	   /* function: SET search_path */
	DBC_OP_STRICT_TABLE = 1 << 28, /* [SQLite] STRICT */
	DBC_OP_NO_ROWID = 1 << 29,	   /* [SQLite] WITHOUT ROWID */
	DBC_OP_PLACED = 1 << 30		   /* ADD VALUE BEFORE, AFTER */
} dbc_lint_operation_flag;

typedef struct dbc_lint_operation
{
	dbc_lint_verb verb;
	unsigned flags;			 /* DBC_OP_* */
	dbc_lint_object *object; /* NULL where there is none: SET, DO */
	dbc_lint_object *other;	 /* referenced table, partition; [SQLite] of DROP,
							  * RENAME and LOSE the table that takes the
							  * object's   place */
	const char *command;	 /* for messages: "ALTER TABLE ... ADD COLUMN" */
	const char *column;
	const char *name; /* of a constraint, index, setting, enum value, ... */
	const char *new_name;
	const char *type;	  /* of a column, normal form: "character varying(20)";
						   * of a constraint that goes: "check", "foreign key",
						   * "unique", "primary key", "exclusion" */
	const char *old_type; /* where known */
	const char *const *columns; /* of a key or an index, ended by NULL; an
								 * expression counts as "" */
	const char *text;	 /* definition of a default, check or index column list,
						  * in SQL; value of a setting */
	const char *rebuild; /* [SQLite] the call of dbmigrate_rebuild() that does
						  * the same to a table, where there is one */
} dbc_lint_operation;

/* What one statement does. */
typedef struct dbc_lint_analysis
{
	const dbc_lint_operation *operations;
	int noperations;
	const dbc_lint_effect *effects;
	int neffects;
	const dbc_error *refused; /* [SQLite] how the engine refuses it on a copy of
							   * the schema without rows; or NULL */
} dbc_lint_analysis;

/* Scripts that are read one after another, each as if those before had run. */

extern dbc_lint_session *dbc_lint_begin_session(dbc_host *host);

/* Where the engine's reader keeps what it remembers of a session; NULL at
 * first. */
extern void **dbc_lint_session_engine(dbc_lint_session *session);

/* Says that another script begins. */
extern void dbc_lint_begin_script(dbc_lint_session *session);

/*
 * The object of a type and a name; made, with *is_new set, when the session
 * has not met it: then the reader fills in what the catalog knows.  All
 * relations (tables, indexes, views, sequences) share one name space.
 */
extern dbc_lint_object *dbc_lint_find_object(dbc_lint_session *session,
											 const char *type,
											 const char *schema,
											 const char *name, bool *is_new);

/* Says that a statement makes an object, drops it, or renames it. */
extern void dbc_lint_record_create(dbc_lint_session *session,
								   dbc_lint_object *object);
extern void dbc_lint_record_drop(dbc_lint_session *session,
								 dbc_lint_object *object);
extern void dbc_lint_record_rename(dbc_lint_session *session,
								   dbc_lint_object *object,
								   const char *new_name);

/* Whether the script being read has made an object itself. */
extern bool dbc_lint_is_created_here(const dbc_lint_session *session,
									 const dbc_lint_object *object);

#endif /* DBC_LINT_LINT_H */
