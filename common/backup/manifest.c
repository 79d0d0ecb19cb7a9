/*
 * manifest.c
 *	  Writing and reading manifests.
 */
#include "common/backup/manifest.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/names.h"

/* Before the seal. */
#define SEAL ", \"seal\": \""

/* The largest number that is exact in JSON readers. */
#define MOST 9007199254740991.0

#define LONGEST_TEXT 4096

/* ---- the members ---- */

typedef enum member_kind
{
	A_TEXT,
	A_TIME,
	A_HEX, /* hexadecimal digits, as many as size says */
	A_COUNT
} member_kind;

typedef struct member
{
	const char *key;
	member_kind kind;
	bool required;
	int size;
	size_t offset;
} member;

#define TEXT(name, required)                                   \
	{                                                          \
#name, A_TEXT, required, 0, offsetof(dbc_backup, name) \
	}
#define TIME(name)                                         \
	{                                                      \
#name, A_TIME, true, 0, offsetof(dbc_backup, name) \
	}
#define HEX(name, required, n)                                \
	{                                                         \
#name, A_HEX, required, n, offsetof(dbc_backup, name) \
	}
#define COUNT(name)                                          \
	{                                                        \
#name, A_COUNT, false, 0, offsetof(dbc_backup, name) \
	}

/* clang-format off */
static const member members[] = {
	TEXT(name, true), HEX(id, true, DBC_BACKUP_ID), TEXT(kind, true),
	TEXT(engine, true), TEXT(engine_version, true), TEXT(dbcare_version, true),
	TEXT(database, true), TEXT(identity, true),
	TIME(started_at), TIME(finished_at),
	TEXT(compression, true), HEX(digest, true, 2 * DBC_BACKUP_HASH),
	HEX(schema_digest, false, 2 * DBC_BACKUP_HASH), TEXT(audit_root, false),
	TEXT(journal_mode, false), TEXT(start_lsn, false), TEXT(end_lsn, false),
	TEXT(server_version, false), TEXT(system_identifier, false),
	TEXT(encoding, false), TEXT(collate, false), TEXT(ctype, false),
	TEXT(locale_provider, false), TEXT(locale, false),
	COUNT(timeline), COUNT(content_bytes), COUNT(database_bytes), COUNT(page_size), COUNT(pages),
	COUNT(stored_pages),
};
/* clang-format on */

#define NMEMBERS (sizeof(members) / sizeof(members[0]))

static const char **
text_of(dbc_backup *backup, const member *m)
{
	return (const char **) ((char *) backup + m->offset);
}

static int64_t *
count_of(dbc_backup *backup, const member *m)
{
	return (int64_t *) ((char *) backup + m->offset);
}

bool
dbc_backup_is_of_server(const dbc_backup *backup)
{
	return dbc_same(backup->kind, "base") ||
		   (backup->page_size == 0 && dbc_same(backup->kind, "incremental"));
}

int64_t
dbc_backup_bytes(const dbc_backup *backup)
{
	int64_t bytes = backup->content_bytes;

	for (int i = 0; i < backup->nfiles; i++)
		bytes += backup->files[i].bytes;
	return bytes;
}

/* ---- writing ---- */

static dbc_json_node *
list_files(dbc_host *host, const dbc_backup *backup)
{
	dbc_json_node *list = dbc_json_array(host);

	for (int i = 0; i < backup->nfiles; i++)
	{
		dbc_json_node *file = dbc_json_object(host);

		DBC_PUT_TEXT(file, path, backup->files[i].path);
		DBC_PUT_INT(file, bytes, backup->files[i].bytes);
		DBC_PUT_TEXT(file, sha256, backup->files[i].sha256);
		dbc_json_push(list, file);
	}
	return list;
}

static dbc_json_node *
list_tables(dbc_host *host, const dbc_backup *backup)
{
	dbc_json_node *list = dbc_json_array(host);

	for (int i = 0; i < backup->ntables; i++)
	{
		dbc_json_node *table = dbc_json_object(host);

		DBC_PUT_TEXT(table, name, backup->tables[i].name);
		DBC_PUT_INT(table, rows, backup->tables[i].rows);
		dbc_json_push(list, table);
	}
	return list;
}

const char *
dbc_backup_manifest_body(dbc_host *host, const dbc_backup *backup)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_value encryption = dbc_json(backup->encryption);
	const char *text;

	DBC_PUT_INT(node, format, DBC_BACKUP_FORMAT);
	for (size_t i = 0; i < NMEMBERS; i++)
		if (members[i].kind == A_COUNT)
		{
			if (*count_of((dbc_backup *) backup, &members[i]) > 0)
				dbc_json_put_int(node, members[i].key,
								 *count_of((dbc_backup *) backup, &members[i]));
		}
		else if (members[i].required ||
				 *text_of((dbc_backup *) backup, &members[i]))
			dbc_json_put_text(node, members[i].key,
							  *text_of((dbc_backup *) backup, &members[i]));
	if (backup->parent_name)
	{
		dbc_json_node *parent = dbc_json_object(host);

		DBC_PUT_TEXT(parent, name, backup->parent_name);
		DBC_PUT_TEXT(parent, id, backup->parent_id);
		DBC_PUT(node, parent, parent);
	}
	else
		DBC_PUT(node, parent, NULL);
	DBC_PUT_VALUE(node, encryption, &encryption);
	DBC_PUT(node, tables, list_tables(host, backup));
	DBC_PUT(node, files, list_files(host, backup));
	text = dbc_json_text(node);
	return dbc_copy(host, text, strlen(text) - 1);
}

const char *
dbc_backup_seal_manifest(dbc_host *host, const char *body, const char *seal)
{
	return dbc_format(host, "%s" SEAL "%s\"}\n", body, seal);
}

/* ---- reading ---- */

static bool
is_hex(const char *text, size_t length)
{
	return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

bool
dbc_backup_split_manifest(dbc_host *host, const char *text, const char **body,
						  const char **seal)
{
	const char *at = NULL;
	const char *end;

	for (const char *next = strstr(text, SEAL); next;
		 next = strstr(next + 1, SEAL))
		at = next;
	if (!at)
		return false;
	end = at + strlen(SEAL) + strspn(at + strlen(SEAL), "0123456789abcdef");
	if (!dbc_same(end, "\"}\n"))
		return false;
	*body = dbc_copy(host, text, (size_t) (at - text));
	*seal =
		dbc_copy(host, at + strlen(SEAL), (size_t) (end - at) - strlen(SEAL));
	return is_hex(*seal, (size_t) 2 * DBC_BACKUP_HASH);
}

bool
dbc_backup_is_inner_path(const char *path)
{
	if (!*path || *path == '/' || strlen(path) > LONGEST_TEXT)
		return false;
	for (const char *part = path; part; part = strchr(part, '/'))
	{
		size_t length;

		part += *part == '/';
		length = strcspn(part, "/");
		if (length == 0 || (length == 1 && part[0] == '.') ||
			(length == 2 && part[0] == '.' && part[1] == '.'))
			return false;
	}
	return true;
}

/* A count; false if the value is none. */
static bool
read_count(dbc_host *host, const dbc_json_item *item, int64_t *count)
{
	double number;

	if (!dbc_json_real(host, item, &number) || !(number >= 0) ||
		number > MOST || floor(number) != number)
		return false;
	*count = (int64_t) number;
	return true;
}

/* Reads a member; false if it is not what it must be. */
static bool
read_member(dbc_host *host, const dbc_json_item *root, const member *m,
			dbc_backup *backup)
{
	const dbc_json_item *item = dbc_json_member(root, m->key);
	const char *text;
	int64_t ms;

	if (!item || item->kind == DBC_I_NULL)
		return !m->required;
	if (m->kind == A_COUNT)
		return read_count(host, item, count_of(backup, m));
	text = dbc_json_string_or_null(host, item);
	if (!text || strlen(text) > LONGEST_TEXT ||
		(m->kind == A_HEX && !is_hex(text, (size_t) m->size)) ||
		(m->kind == A_TIME && !dbc_parse_time(text, &ms)))
		return false;
	*text_of(backup, m) = text;
	return true;
}

static bool
read_parent(dbc_host *host, const dbc_json_item *root, dbc_backup *backup)
{
	const dbc_json_item *parent = dbc_json_member(root, "parent");

	if (!parent || parent->kind == DBC_I_NULL)
		return true;
	if (parent->kind != DBC_I_OBJECT)
		return false;
	backup->parent_name =
		dbc_json_string_or_null(host, dbc_json_member(parent, "name"));
	backup->parent_id =
		dbc_json_string_or_null(host, dbc_json_member(parent, "id"));
	return backup->parent_name && backup->parent_id &&
		   is_hex(backup->parent_id, DBC_BACKUP_ID);
}

/* The elements of a list of objects; NULL if it is none. */
static const dbc_json_item *
list_of(const dbc_json_item *root, const char *key, uint32_t *count)
{
	const dbc_json_item *list = dbc_json_member(root, key);
	const dbc_json_item *next;

	if (!list || list->kind != DBC_I_ARRAY)
		return NULL;
	*count = list->length;
	next = list + 1;
	for (uint32_t i = 0; i < *count; i++, next = dbc_json_next(next))
		if (next->kind != DBC_I_OBJECT)
			return NULL;
	return list + 1;
}

static bool
read_files(dbc_host *host, const dbc_json_item *root, dbc_backup *backup)
{
	uint32_t count;
	const dbc_json_item *next = list_of(root, "files", &count);
	dbc_backup_file *files;

	if (!next)
		return false;
	files = dbc_alloc(host, (count + 1) * sizeof(*files));
	for (uint32_t i = 0; i < count; i++, next = dbc_json_next(next))
	{
		files[i].path =
			dbc_json_string_or_null(host, dbc_json_member(next, "path"));
		files[i].sha256 =
			dbc_json_string_or_null(host, dbc_json_member(next, "sha256"));
		if (!files[i].path || !dbc_backup_is_inner_path(files[i].path) ||
			!(files[i].sha256
				  ? is_hex(files[i].sha256, (size_t) 2 * DBC_BACKUP_HASH)
				  : dbc_same(files[i].path, DBC_BACKUP_DATABASE)) ||
			!read_count(host, dbc_json_member(next, "bytes"), &files[i].bytes))
			return false;
	}
	backup->files = files;
	backup->nfiles = (int) count;
	return true;
}

static bool
read_tables(dbc_host *host, const dbc_json_item *root, dbc_backup *backup)
{
	uint32_t count;
	const dbc_json_item *next = list_of(root, "tables", &count);
	dbc_backup_table *tables;

	if (!next)
		return false;
	tables = dbc_alloc(host, (count + 1) * sizeof(*tables));
	for (uint32_t i = 0; i < count; i++, next = dbc_json_next(next))
	{
		tables[i].name =
			dbc_json_string_or_null(host, dbc_json_member(next, "name"));
		if (!tables[i].name ||
			!read_count(host, dbc_json_member(next, "rows"), &tables[i].rows))
			return false;
	}
	backup->tables = tables;
	backup->ntables = (int) count;
	return true;
}

/* The page size is a power of two, and the pages are those of the database. */
static bool
has_valid_pages(const dbc_backup *backup)
{
	int64_t size = backup->page_size;

	if (size == 0)
		return backup->pages == 0;
	return size >= 512 && size <= 65536 && (size & (size - 1)) == 0 &&
		   backup->pages <= INT64_C(4294967294) &&
		   backup->database_bytes == backup->pages * size;
}

const char *
dbc_backup_read_manifest(dbc_host *host, const char *text, dbc_backup *backup)
{
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	const dbc_json_item *encryption;
	int64_t format;

	*backup = (dbc_backup){0};
	if (!root || root->kind != DBC_I_OBJECT)
		return DBC_BACKUP_MANIFEST " is not a JSON object";
	if (!read_count(host, dbc_json_member(root, "format"), &format))
		return DBC_BACKUP_MANIFEST " has no valid member format";
	if (format != DBC_BACKUP_FORMAT)
		return dbc_format(host,
						  "it has format %lld; this library reads format %d",
						  (long long) format, DBC_BACKUP_FORMAT);
	for (size_t i = 0; i < NMEMBERS; i++)
		if (!read_member(host, root, &members[i], backup))
			return dbc_format(host,
							  DBC_BACKUP_MANIFEST " has no valid member %s",
							  members[i].key);
	encryption = dbc_json_member(root, "encryption");
	if (encryption && encryption->kind != DBC_I_NULL)
		backup->encryption = dbc_json_value_text(host, encryption);
	return !read_parent(host, root, backup) ? DBC_BACKUP_MANIFEST
			   " has no valid member parent"
		   : !read_files(host, root, backup) ? DBC_BACKUP_MANIFEST
			   " has no valid member files"
		   : !read_tables(host, root, backup) ? DBC_BACKUP_MANIFEST
			   " has no valid member tables"
		   : !has_valid_pages(backup) ? DBC_BACKUP_MANIFEST
			   " has no valid member pages"
									  : NULL;
}
