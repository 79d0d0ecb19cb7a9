/*
 * json_write.c
 *	  Writing JSON, spaced and ordered like PostgreSQL's jsonb.
 *
 * A document is a tree of nodes; a leaf holds its final text, so that a
 * document read from the database can be used as a leaf unchanged.
 */
#include "common/core/json_write.h"

#include <math.h>
#include <string.h>

#include "common/core/asserts.h"

typedef enum node_kind
{
	NODE_LEAF,
	NODE_OBJECT,
	NODE_ARRAY
} node_kind;

typedef struct member
{
	const char *key;	  /* NULL in an array */
	dbc_json_node *value; /* NULL: null */
} member;

struct dbc_json_node
{
	dbc_host *host;
	node_kind kind;
	const char *text; /* of a leaf */
	member *members;
	int nmembers;
};

static dbc_json_node *
make_node(dbc_host *host, node_kind kind)
{
	dbc_json_node *node = dbc_alloc(host, sizeof(*node));

	node->host = host;
	node->kind = kind;
	return node;
}

static dbc_json_node *
make_leaf(dbc_host *host, const char *text)
{
	dbc_json_node *node = make_node(host, NODE_LEAF);

	node->text = text;
	return node;
}

void
dbc_json_append_string(dbc_buffer *buffer, const char *text)
{
	dbc_append(buffer, "\"");
	for (;;)
	{
		static const char escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";
		const char *pair = escapes;
		size_t plain = 0;

		while ((unsigned char) text[plain] >= ' ' && text[plain] != '"' &&
			   text[plain] != '\\')
			plain++;
		dbc_append_bytes(buffer, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		while (*pair && *pair != *text)
			pair += 2;
		if (*pair)
			dbc_append_bytes(buffer, (char[2]){'\\', pair[1]}, 2);
		else
			dbc_append_format(buffer, "\\u%04x", (unsigned) *text);
		text++;
	}
	dbc_append(buffer, "\"");
}

static const char *
quoted(dbc_host *host, const char *text)
{
	dbc_buffer buffer;

	dbc_buffer_init_for(&buffer, host, strlen(text) + 2);
	dbc_json_append_string(&buffer, text);
	return buffer.data;
}

dbc_json_node *
dbc_json_object(dbc_host *host)
{
	return make_node(host, NODE_OBJECT);
}

dbc_json_node *
dbc_json_array(dbc_host *host)
{
	return make_node(host, NODE_ARRAY);
}

int
dbc_json_compare_keys(const char *left, const char *right)
{
	size_t nleft = strlen(left);
	size_t nright = strlen(right);

	if (nleft != nright)
		return nleft < nright ? -1 : 1;
	return memcmp(left, right, nleft);
}

/* Appends an empty member. */
static member *
extend(dbc_json_node *node)
{
	node->members = dbc_grow(node->host, node->members, (size_t) node->nmembers,
							 sizeof(member));
	return &node->members[node->nmembers++];
}

/* Adds a member to an object at its sorted position. */
void
dbc_json_put(dbc_json_node *object, const char *key, dbc_json_node *value)
{
	int at = object->nmembers;
	int order = 1;

	DBC_ASSERT(object->host, object->kind == NODE_OBJECT && key);
	while (at > 0 && (order = dbc_json_compare_keys(object->members[at - 1].key,
													key)) > 0)
		at--;
	if (at > 0 && order == 0)
	{
		object->members[at - 1].value = value;
		return;
	}
	extend(object);
	memmove(&object->members[at + 1], &object->members[at],
			(size_t) (object->nmembers - 1 - at) * sizeof(member));
	object->members[at] = (member){key, value};
}

void
dbc_json_put_text(dbc_json_node *object, const char *key, const char *text)
{
	dbc_value value = dbc_text(text);

	dbc_json_put_value(object, key, &value);
}

void
dbc_json_put_int(dbc_json_node *object, const char *key, int64_t integer)
{
	dbc_value value = dbc_int(integer);

	dbc_json_put_value(object, key, &value);
}

void
dbc_json_put_bool(dbc_json_node *object, const char *key, bool truth)
{
	dbc_value value = dbc_bool(truth);

	dbc_json_put_value(object, key, &value);
}

/* The node of a value; NULL for null. */
static dbc_json_node *
make_value(dbc_host *host, const dbc_value *value)
{
	const char *text = NULL;

	switch (value->kind)
	{
		case DBC_NULL:
			break;
		case DBC_BOOL:
			text = value->integer ? "true" : "false";
			break;
		case DBC_INT:
			text = dbc_format(host, "%lld", (long long) value->integer);
			break;
		case DBC_REAL:
			if (isfinite(value->real))
				text = dbc_real_text(host, value->real);
			break;
		case DBC_TEXT:
			text = quoted(host, value->text);
			break;
		case DBC_JSON:
			text = value->text;
			break;
	}
	return text ? make_leaf(host, text) : NULL;
}

void
dbc_json_put_value(dbc_json_node *object, const char *key,
				   const dbc_value *value)
{
	dbc_json_put(object, key, make_value(object->host, value));
}

void
dbc_json_put_cell(dbc_json_node *object, const char *key, const dbc_rows *rows,
				  int row, int col)
{
	dbc_value value = dbc_get_value(object->host, rows, row, col);

	dbc_json_put_value(object, key, &value);
}

void
dbc_json_push(dbc_json_node *array, dbc_json_node *value)
{
	*extend(array) = (member){NULL, value};
}

void
dbc_json_push_value(dbc_json_node *array, const dbc_value *value)
{
	dbc_json_push(array, make_value(array->host, value));
}

void
dbc_json_push_text(dbc_json_node *array, const char *text)
{
	dbc_json_push(array, make_leaf(array->host, quoted(array->host, text)));
}

void
dbc_json_put_counted(dbc_json_node *object, dbc_json_node *lists,
					 const char *key, dbc_json_node *list)
{
	dbc_json_put_int(object, key, dbc_json_length(list));
	if (lists)
		dbc_json_put(lists, key, list);
}

int
dbc_json_length(const dbc_json_node *node)
{
	return node->nmembers;
}

static void
write_node(dbc_buffer *buffer, const dbc_json_node *node)
{
	if (!node)
	{
		dbc_append(buffer, "null");
		return;
	}
	if (node->kind == NODE_LEAF)
	{
		dbc_append(buffer, node->text);
		return;
	}
	dbc_append(buffer, node->kind == NODE_OBJECT ? "{" : "[");
	for (int i = 0; i < node->nmembers; i++)
	{
		if (i > 0)
			dbc_append(buffer, ", ");
		if (node->members[i].key)
		{
			dbc_append(buffer, quoted(node->host, node->members[i].key));
			dbc_append(buffer, ": ");
		}
		write_node(buffer, node->members[i].value);
	}
	dbc_append(buffer, node->kind == NODE_OBJECT ? "}" : "]");
}

const char *
dbc_json_text(const dbc_json_node *node)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, node->host);
	write_node(&buffer, node);
	return buffer.data;
}

void
dbc_json_emit(dbc_host *host, const dbc_json_node *node)
{
	dbc_emit(host, dbc_json(dbc_json_text(node)));
}
