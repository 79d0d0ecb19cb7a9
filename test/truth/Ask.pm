# The questions about a schema, and rows to try.
package Ask;
use strict;
use warnings;
use Values;
use Rows;
use Sql;

my $json = $Engine::json;

# SQL that tells the violations.
sub violations
{
	my ($engine) = @_;
	return $engine->tell('found', qw(table_name constraint_name kind violations), $engine->document('sample_keys'), 'message')
		. " from dbcheck_constraints(null, '{\"samples\": $Judge::most}');\n";
}

# A row that a table may take or not, as JSON and as columns and values of an
# INSERT.
sub candidate
{
	my ($engine, $table) = @_;
	my $row = Rows::make_row($table);
	Rows::refer($table, $_, $row) for @{ $table->{foreign_keys} };
	my @places = grep {
		my $column = $table->{columns}[$_];
		!$column->{generated} && !($row->[$_] && $row->[$_][0] eq 'b') && !($column->{default} && chance(0.5))
	} 0 .. $#$row;
	my $document = '{' . join(', ', map { $json->encode($table->{columns}[$_]{name}) . ': ' . json_of($row->[$_]) } @places) . '}';
	my $columns = Sql::columns($table, \@places);
	my $source = $engine->{is_sqlite} ? 'values (' . join(', ', map { literal($row->[$_]) } @places) . ')'
		: "select $columns from jsonb_populate_record(null::" . Sql::quote($table->{name}) . ', ' . Sql::string($document) . ')';
	return ($document, "insert into " . Sql::quote($table->{name}) . " ($columns) $source");
}

# SQL that asks whether a table takes rows, and then tries.
sub rows
{
	my ($engine, $schema) = @_;
	my $sql = '';
	# over a connection it is refused
	return $sql if $engine->{is_wire};
	for my $table (@{ $schema->{tables} })
	{
		for my $i (1 .. 4)
		{
			my ($document, $insert) = candidate($engine, $table);
			my $name = Sql::string(Sql::quote($table->{name}));
			my $row = Sql::string($document);
			$sql .= $engine->tell('told', $name, $row, '(select count(*) from dbcheck_row(' . "$name, $row))") . ";\n";
			$sql .= "begin;\n$insert;\n" . $engine->tell('done', $name, $row, 'count(*)')
				. ' from ' . Sql::quote($table->{name}) . ";\nrollback;\n";
		}
	}
	return $sql;
}

# SQL that repairs orphans and takes that back.
sub repair
{
	my ($engine, $schema) = @_;
	my $repair = q({"dry_run": false, "orphans": "quarantine", "cascade": true});
	return join '', (map { $engine->tell_rows('before', $_) } @{ $schema->{tables} }),
		"select dbcheck_repair('$repair');\n",
		$engine->tell('left', 'count(*)') . " from dbcheck_orphans() where orphans > 0;\n",
		"select dbcheck_undo(1);\n",
		map { $engine->tell_rows('after', $_) } @{ $schema->{tables} };
}

1;
