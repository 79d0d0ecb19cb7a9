/*
 * others.c
 *	  [PG] What pgBackRest, Barman and WAL-G print about their backups.
 */
#include "common/backup/others.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/tables.h"
#include "common/core/text.h"

#define LONGEST_NAME 1000

/* Seconds up to the year 9999. */
#define MOST_SECONDS 253402300799.0

/* Health checks and metrics are asked for every few seconds; a tool may ask a
 * server elsewhere. */
#define MOST_AGE_S 300

/* The largest size that is exact in JSON. */
#define MOST_BYTES 9007199254740991.0

/* Records that are read. */
typedef struct list
{
	dbc_host *host;
	const char *source;
	dbc_backup_record *records;
	int count;
	int room;
} list;

/* ---- values ---- */

/* A text without control characters; NULL if there is none. */
static const char *
text_of(list *l, const dbc_json_item *object, const char *key)
{
	const char *text =
		dbc_json_string_or_null(l->host, dbc_json_member(object, key));

	if (!text || !*text || strlen(text) > LONGEST_NAME)
		return NULL;
	for (const char *c = text; *c; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			return NULL;
	return text;
}

/* A member that is an object; NULL if there is none. */
static const dbc_json_item *
object_of(const dbc_json_item *object, const char *key)
{
	const dbc_json_item *item = object ? dbc_json_member(object, key) : NULL;

	return item && item->kind == DBC_I_OBJECT ? item : NULL;
}

/* A number of bytes; 0 if there is none. */
static int64_t
bytes_of(list *l, const dbc_json_item *object, const char *key)
{
	double number;

	if (!object ||
		!dbc_json_real(l->host, dbc_json_member(object, key), &number) ||
		!(number >= 0 && number <= MOST_BYTES))
		return 0;
	return (int64_t) number;
}

/* The time of so many seconds since 1970, a number or a text of digits; NULL if
 * it is none. */
static const char *
seconds_of(list *l, const dbc_json_item *object, const char *key)
{
	const dbc_json_item *item = object ? dbc_json_member(object, key) : NULL;
	double seconds;

	if (!item || (item->kind == DBC_I_STRING &&
				  (item->length == 0 || item->length > 12)))
		return NULL;
	if (item->kind == DBC_I_STRING)
	{
		seconds = 0;
		for (uint32_t i = 0; i < item->length; i++)
			if (item->text[i] < '0' || item->text[i] > '9')
				return NULL;
			else
				seconds = seconds * 10 + (item->text[i] - '0');
	}
	else if (!dbc_json_real(l->host, item, &seconds))
		return NULL;
	if (!(seconds >= 0 && seconds <= MOST_SECONDS))
		return NULL;
	return dbc_time_text(l->host, (int64_t) seconds * 1000);
}

/* A time as text; NULL if it is none. */
static const char *
time_of(list *l, const dbc_json_item *object, const char *key)
{
	const char *text = text_of(l, object, key);
	int64_t ms;

	return text && dbc_parse_time(text, &ms) ? dbc_time_text(l->host, ms)
											 : NULL;
}

/* The digits of a number, which may be too large for others; NULL if it is
 * none. */
static const char *
number_of(list *l, const dbc_json_item *object, const char *key)
{
	const dbc_json_item *item = dbc_json_member(object, key);

	return item && item->kind == DBC_I_NUMBER
			   ? dbc_json_value_text(l->host, item)
			   : NULL;
}

/* The first element of a list; *count is 0 if it is none. */
static const dbc_json_item *
elements_of(const dbc_json_item *array, uint32_t *count)
{
	*count = array && array->kind == DBC_I_ARRAY ? array->length : 0;
	return array + 1;
}

static dbc_backup_record *
add(list *l)
{
	dbc_backup_record *record;

	if (l->count == l->room)
	{
		dbc_backup_record *more =
			dbc_alloc(l->host, (size_t) (2 * l->room + 16) * sizeof(*more));

		if (l->count > 0)
			memcpy(more, l->records, (size_t) l->count * sizeof(*more));
		l->records = more;
		l->room = 2 * l->room + 16;
	}
	record = &l->records[l->count++];
	*record = (dbc_backup_record){.source = l->source};
	record->backup.kind = "base";
	record->backup.engine = "postgresql";
	record->result.level = -1;
	return record;
}

/* Sets the size of the files of a backup. */
static void
set_bytes(list *l, dbc_backup_record *record, int64_t bytes)
{
	dbc_backup_file *file = dbc_alloc(l->host, sizeof(*file));

	*file = (dbc_backup_file){.path = "", .bytes = bytes};
	record->backup.files = file;
	record->backup.nfiles = 1;
	record->readable = bytes > 0;
}

/* ---- pgBackRest ---- */

/* The system identifier of the server that a backup is of: the stanza lists
 * those it has had. */
static const char *
system_of(list *l, const dbc_json_item *systems, const dbc_json_item *which)
{
	uint32_t count;
	const dbc_json_item *system = elements_of(systems, &count);
	const dbc_json_item *id = which ? dbc_json_member(which, "id") : NULL;

	for (uint32_t i = 0; id && i < count; i++, system = dbc_json_next(system))
		if (system->kind == DBC_I_OBJECT && dbc_json_member(system, "id") &&
			dbc_json_equal(l->host, dbc_json_member(system, "id"), id))
			return number_of(l, system, "system-id");
	return NULL;
}

/* A backup of a stanza. */
static void
read_pgbackrest_backup(list *l, const char *stanza,
					   const dbc_json_item *systems, const dbc_json_item *item)
{
	const char *label = text_of(l, item, "label");
	const char *prior = text_of(l, item, "prior");
	const char *type = text_of(l, item, "type");
	const dbc_json_item *timestamp = object_of(item, "timestamp");
	const dbc_json_item *info = object_of(item, "info");
	const dbc_json_item *error = dbc_json_member(item, "error");
	dbc_backup_record *record;

	if (!label)
		return;
	record = add(l);
	record->name = dbc_format(l->host, "%s/%s", stanza, label);
	if (type && !dbc_same(type, "full"))
		record->backup.kind = "incremental";
	record->backup.database = stanza;
	record->backup.started_at = seconds_of(l, timestamp, "start");
	record->backup.finished_at = seconds_of(l, timestamp, "stop");
	record->backup.database_bytes = bytes_of(l, info, "size");
	set_bytes(l, record, bytes_of(l, object_of(info, "repository"), "delta"));
	if (prior)
		record->backup.parent_name =
			dbc_format(l->host, "%s/%s", stanza, prior);
	record->backup.system_identifier =
		system_of(l, systems, object_of(item, "database"));
	if (error && error->kind == DBC_I_TRUE)
		record->problem = "pgbackrest found pages with wrong checksums";
}

static void
read_pgbackrest(list *l, const dbc_json_item *root)
{
	uint32_t nstanzas;
	const dbc_json_item *stanza = elements_of(root, &nstanzas);

	for (uint32_t i = 0; i < nstanzas; i++, stanza = dbc_json_next(stanza))
	{
		const char *name;
		const char *cipher;
		const dbc_json_item *backup;
		uint32_t nbackups;
		int first = l->count;

		if (stanza->kind != DBC_I_OBJECT ||
			!(name = text_of(l, stanza, "name")))
			continue;
		cipher = text_of(l, stanza, "cipher");
		backup = elements_of(dbc_json_member(stanza, "backup"), &nbackups);
		for (uint32_t b = 0; b < nbackups; b++, backup = dbc_json_next(backup))
			if (backup->kind == DBC_I_OBJECT)
				read_pgbackrest_backup(l, name, dbc_json_member(stanza, "db"),
									   backup);
		if (cipher && !dbc_same(cipher, "none"))
			for (int r = first; r < l->count; r++)
				l->records[r].backup.encryption = "{}";
	}
}

/* ---- Barman ---- */

/* A backup of a server. */
static void
read_barman_backup(list *l, const char *server, const dbc_json_item *item)
{
	const char *id = text_of(l, item, "backup_id");
	const char *status = text_of(l, item, "status");
	dbc_backup_record *record;

	if (!id)
		return;
	record = add(l);
	record->name = dbc_format(l->host, "%s/%s", server, id);
	record->backup.database = server;
	record->backup.finished_at = seconds_of(l, item, "end_time_timestamp");
	/* when it began is not listed but by its name */
	record->backup.started_at = record->backup.finished_at;
	record->backup.database_bytes = bytes_of(l, item, "size_bytes");
	set_bytes(l, record,
			  bytes_of(l, item, "size_bytes") +
				  bytes_of(l, item, "wal_size_bytes"));
	if (!status || !dbc_same(status, "DONE"))
		record->problem = dbc_format(l->host, "its status is %s",
									 status ? status : "unknown");
}

static void
read_barman(list *l, const dbc_json_item *root)
{
	const dbc_json_item *server = root + 1;

	if (root->kind != DBC_I_OBJECT)
		return;
	for (uint32_t i = 0; i < root->length; i++)
	{
		const char *name = dbc_json_string(l->host, server);
		uint32_t nbackups;
		const dbc_json_item *value = server + 1;
		const dbc_json_item *backup = elements_of(value, &nbackups);

		/* messages are beside the servers */
		if (*name != '_' && strlen(name) <= LONGEST_NAME)
			for (uint32_t b = 0; b < nbackups;
				 b++, backup = dbc_json_next(backup))
				if (backup->kind == DBC_I_OBJECT)
					read_barman_backup(l, name, backup);
		server = dbc_json_next(value);
	}
}

/* ---- WAL-G ---- */

static void
read_wal_g(list *l, const dbc_json_item *root)
{
	uint32_t count;
	const dbc_json_item *item = elements_of(root, &count);

	for (uint32_t i = 0; i < count; i++, item = dbc_json_next(item))
	{
		const char *name =
			item->kind == DBC_I_OBJECT ? text_of(l, item, "backup_name") : NULL;
		dbc_backup_record *record;

		if (!name)
			continue;
		record = add(l);
		record->name = name;
		if (strstr(name, "_D_"))
			record->backup.kind = "incremental";
		record->backup.started_at = time_of(l, item, "start_time");
		if (!record->backup.started_at)
			record->backup.started_at = time_of(l, item, "time");
		record->backup.finished_at = time_of(l, item, "finish_time");
		record->backup.database_bytes = bytes_of(l, item, "uncompressed_size");
		record->backup.system_identifier =
			number_of(l, item, "system_identifier");
		set_bytes(l, record, bytes_of(l, item, "compressed_size"));
	}
}

/* ---- the tools ---- */

typedef struct tool
{
	const char *name;
	const char *arguments[5];
	void (*read)(list *l, const dbc_json_item *root);
} tool;

static const tool tools[] = {
	{"pgbackrest", {"info", "--output=json"}, read_pgbackrest},
	{"barman", {"-f", "json", "list-backups", "all"}, read_barman},
	{"wal-g", {"backup-list", "--detail", "--json"}, read_wal_g},
};

#define NTOOLS (sizeof(tools) / sizeof(tools[0]))

/* Adds what a tool has printed; returns why it cannot be read, or NULL. */
static const char *
parse(list *l, const tool *t, const char *text)
{
	const char *problem;
	const dbc_json_item *root;
	int first = l->count;

	root = dbc_json_read(l->host, text, strlen(text), NULL, 0, &problem);
	if (!root || (root->kind != DBC_I_ARRAY && root->kind != DBC_I_OBJECT))
		return dbc_format(l->host, "%s has not printed JSON", t->name);
	t->read(l, root);
	/* a backup without a time cannot be judged */
	for (int i = first; i < l->count; i++)
		if (!l->records[i].problem && !l->records[i].backup.started_at)
			l->records[i].problem = "its time is unknown";
	return NULL;
}

const char *
dbc_backup_parse_other(dbc_host *host, const char *name, const char *text,
					   const dbc_backup_record **records, int *count)
{
	list l = {.host = host, .source = name};
	const char *problem = "there is no such tool";

	for (size_t i = 0; i < NTOOLS; i++)
		if (dbc_same(tools[i].name, name))
			problem = parse(&l, &tools[i], text);
	*records = l.records;
	*count = l.count;
	return problem;
}

const dbc_backup_record *
dbc_backup_read_others(dbc_host *host, int most_age_s, int *count)
{
	list l = {.host = host};

	*count = 0;
	if (!DBC_BACKUP(host)->ask)
		return NULL;
	for (size_t i = 0; i < NTOOLS; i++)
	{
		const char *problem = NULL;
		const char *text = DBC_BACKUP(host)->ask(
			host, tools[i].name, tools[i].arguments, most_age_s, &problem);

		l.source = tools[i].name;
		if (text && *text)
			problem = parse(&l, &tools[i], text);
		if (problem)
			add(&l)->problem = problem;
	}
	*count = l.count;
	return l.records;
}

/* ---- one of them ---- */

bool
dbc_backup_is_other(const dbc_host *host, const char *name)
{
	return name && !host->traits->one_file && strchr(name, '/');
}

const dbc_backup_record *
dbc_backup_need_other(dbc_host *host, const char *name)
{
	dbc_backup_record *found = dbc_alloc(host, sizeof(*found));
	bool are_known = false;
	int count;
	const dbc_backup_record *records = dbc_backup_read_others(host, 0, &count);

	*found = (dbc_backup_record){0};
	for (int i = 0; i < count; i++)
	{
		are_known = are_known || records[i].name;
		if (records[i].name && dbc_same(records[i].name, name))
			*found = records[i];
	}
	if (!are_known)
		dbc_backup_check_name(host, name);
	if (!found->name)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbbackup_list() lists the backups.",
				 "there is no backup \"%s\"", name);
	if (!dbc_same(found->source, "pgbackrest"))
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 dbc_format(host, "Use %s itself.", found->source),
				 "backup \"%s\" is one of %s", name, found->source);
	found->backup.name = found->name;
	found->backup.identity = found->backup.system_identifier;
	/* the tool finds what it needs */
	found->backup.parent_name = NULL;
	return found;
}

/* ---- the newest ---- */

typedef struct search
{
	const char *directory;
	const char *database;
	dbc_backup_newest *newest;
} search;

static bool
is_good(const dbc_backup_record *record)
{
	return !record->problem && (!record->result.known || record->result.ok);
}

/* Takes a record if it is better than what was found. */
static void
consider(search *s, const dbc_backup_record *record)
{
	dbc_backup_newest *newest = s->newest;
	int64_t ms;

	if (!record->name || !record->backup.started_at ||
		!dbc_parse_time(record->backup.started_at, &ms))
		return;
	newest->count++;
	if (newest->count > 1 &&
		(newest->has_good > is_good(record) ||
		 (newest->has_good == is_good(record) && newest->started_ms >= ms)))
		return;
	newest->record = *record;
	newest->started_ms = ms;
	newest->has_good = is_good(record);
}

/* Whether a backup of another tool is one of this server.  Barman does not say
 * which server its own ones are: with one of them it is taken for this. */
static bool
is_of_server(const dbc_backup_record *records, int count, int which,
			 const char *system)
{
	const dbc_backup *backup = &records[which].backup;

	if (backup->system_identifier)
		return dbc_same(backup->system_identifier, system);
	for (int i = 0; i < count; i++)
		if (dbc_same(records[i].source, records[which].source) &&
			records[i].name && backup->database &&
			!dbc_same(records[i].backup.database, backup->database))
			return false;
	return true;
}

/* Whether a backup that dbcare has made has the data of this database. */
static bool
has_database(const dbc_host *host, const search *s,
			 const dbc_backup_record *record)
{
	return dbc_same(record->backup.engine, host->engine_name) &&
		   (dbc_backup_is_of_server(&record->backup) ||
			dbc_same(record->backup.database, s->database));
}

static void
find(dbc_host *host, dbc_backup_files *files, void *arg)
{
	search *s = arg;
	dbc_backup_catalog catalog;

	dbc_backup_read_catalog(
		host, files,
		DBC_CALL(host, backup, directory)(host, s->directory, NULL, false),
		&catalog);
	for (int i = 0; i < catalog.nrecords; i++)
		if (catalog.records[i].readable &&
			has_database(host, s, &catalog.records[i]))
			consider(s, &catalog.records[i]);
}

bool
dbc_backup_find_newest(dbc_host *host, const char *directory,
					   dbc_backup_newest *newest)
{
	search s = {directory, dbc_database_name(host), newest};
	const dbc_backup_record *others;
	const char *system = NULL;
	int count;

	*newest = (dbc_backup_newest){.count = 0};
	DBC_CALL(host, backup, run)(host, find, &s);
	others = dbc_backup_read_others(host, MOST_AGE_S, &count);
	if (count > 0)
		system = dbc_get_text(host, dbc_query(host, "backup/system"), 0, 0);
	for (int i = 0; i < count; i++)
		if (is_of_server(others, count, i, system))
			consider(&s, &others[i]);
	return newest->count > 0;
}
