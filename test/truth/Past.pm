# Histories of tables, with a model of their rows; see past.pl.
#
# A column has a number that it keeps whatever its name; a row is a hash of values by
# these numbers.  A column that is added gives old rows, also those that are deleted, its
# default.
package Past;
use strict;
use warnings;
use IPC::Open2;
use JSON::PP;

my $json = JSON::PP->new->canonical->allow_nonref;
my @names = ('a', 'b', 'c', 'long_name', 'x y', "o'k");
my @tables = ('t', 'u', 'w w');

sub new
{
	my ($class, $engine, $file, $database) = @_;
	my $self = bless { engine => $engine, sqlite => $engine eq 'sqlite', number => 0, tables => [], batches => [], moments => [],
		last => undef, seen => {}, tick => 0 }, $class;
	my @command = $self->{sqlite} ? ('stdbuf', '-oL', 'sqlite3', '-batch', '-init', '/dev/null', '-list', $database)
		: ('stdbuf', '-oL', 'psql', '-qAtX', '-d', 'past');
	if ($self->{sqlite}) { unlink $database }
	else
	{
		system('psql', qw(-qX -d postgres -c), 'set client_min_messages = warning', '-c', 'drop database if exists past',
			'-c', 'create database past') == 0 or die "cannot make a database\n";
	}
	open $self->{log}, '>', $file or die "$file: $!\n";
	open my $errors, '>&', \*STDERR;
	open STDERR, '>&', \*STDOUT;
	$self->{pid} = open2($self->{out}, $self->{in}, "@command[0 .. 2] " . join(' ', map { quotemeta } @command[3 .. $#command]) . ' 2>&1');
	open STDERR, '>&', $errors;
	$self->ask($self->{sqlite} ? ".load " . ($ENV{DBCARE_SQLITE} // './sqlite_ext/dbcare') . "\npragma foreign_keys = on;"
		: "set client_min_messages = error;\n\\set VERBOSITY default\ncreate extension dbcare;");
	return $self;
}

sub end
{
	my ($self) = @_;
	close $self->{in};
	waitpid $self->{pid}, 0;
	close $self->{log};
}

# Runs SQL; returns the lines that it prints.
sub ask
{
	my ($self, $sql) = @_;
	my @lines;
	my $mark = 'end ' . ++$self->{tick};

	print { $self->{log} } "$sql\n";
	print { $self->{in} } "$sql\n", $self->{sqlite} ? ".print '$mark'\n" : "\\echo '$mark'\n";
	$self->{in}->flush;
	while (defined(my $line = readline $self->{out}))
	{
		chomp $line;
		return @lines if $line eq $mark;
		push @lines, $line;
	}
	die "the engine has ended: @lines\n";
}

# The same for statements that must not fail.
sub do
{
	my ($self, $sql) = @_;
	my @lines = $self->ask($sql);
	die "$sql: @lines\n" if grep { /error/i } @lines;
	return @lines;
}

sub name { my $name = $_[0]; $name =~ s/"/""/g; return "\"$name\""; }
sub text { my $text = $_[0]; $text =~ s/'/''/g; return "'$text'"; }
sub value { return !defined $_[0] ? 'null' : $_[0] =~ /^-?\d+$/ ? $_[0] : text($_[0]); }
sub pick { return $_[rand @_]; }
sub shown { my ($self, $table) = @_; return name($table->{name}); }
sub argument { my ($self, $table) = @_; return text(name($table->{name})); }
sub random_value { my ($type) = @_; return rand() < .2 ? undef : $type eq 'text' ? pick('p', 'q', "it's", '', 'x "y"') : int(rand 9); }

# ---- tables ----

sub new_column
{
	my ($self, $table, $type) = @_;
	my %taken = map { $_->{name} => 1 } @{ $table->{columns} };
	my @free = grep { !$taken{$_} } @names or return;
	return { n => ++$self->{number}, name => pick(@free), type => $type // pick('int', 'text') };
}

sub create
{
	my ($self, $name) = @_;
	my $table = { id => ++$self->{number}, name => $name, columns => [], rows => {} };

	push @{ $table->{columns} }, { n => ++$self->{number}, name => 'id', type => 'int', key => 1 };
	for (1 .. 2 + int rand 3)
	{
		my $column = $self->new_column($table);
		push @{ $table->{columns} }, $column if $column;
	}
	$self->do("create table " . name($name) . " (" . join(', ', map { name($_->{name}) . ($_->{key} ? ' integer primary key' : " $_->{type}") }
		@{ $table->{columns} }) . ');');
	push @{ $self->{tables} }, $table;
	$self->enable($table);
	return $table;
}

sub enable
{
	my ($self, $table) = @_;
	$self->do('select dbarchive_enable(' . $self->argument($table) . ') is null, dbaudit_enable(' . $self->argument($table) . ') is null;');
	# the names that the triggers of SQLite write
	$table->{known} = { map { $_->{n} => $_->{name} } @{ $table->{columns} } };
}

# The rows of a table as the engine and as the model have them, by its key.
sub rows_of
{
	my ($self, $table) = @_;
	my $list = join ', ', map { text($_->{name}) . ', ' . name($_->{name}) } @{ $table->{columns} };
	my @lines = $self->do('select ' . ($self->{sqlite} ? 'json_object' : 'json_build_object') . "($list) from " . name($table->{name}) . ' order by id;');
	return [ map { $json->decode($_) } @lines ];
}

sub model_of
{
	my ($self, $table) = @_;
	return [ map { my $row = $table->{rows}{$_}; +{ map { $_->{name} => $row->{ $_->{n} } } @{ $table->{columns} } } }
		sort { $a <=> $b } keys %{ $table->{rows} } ];
}

# Fails unless both are the same.
sub compare
{
	my ($self, $what, $is, $expected) = @_;
	my ($left, $right) = map { my $text = $json->encode($_); $text =~ s/"(-?\d+)"/$1/g; $text } $is, $expected;
	die "$what: is $left, expected $right\n" if $left ne $right;
}

sub compare_all
{
	my ($self, $what) = @_;
	$self->compare("$what: table $_->{name}", $self->rows_of($_), $self->model_of($_)) for @{ $self->{tables} };
}

# What is older than a change that leaves doubt may be refused.
sub doubt
{
	my ($self, $table) = @_;
	$table->{doubt} = ++$self->{number};
}

# ---- rows ----

sub insert
{
	my ($self, $table) = @_;
	my ($id) = grep { !$table->{rows}{$_} } map { int rand 12 } 1 .. 9;
	return if !defined $id;
	my %row = map { $_->{n} => $_->{key} ? $id : random_value($_->{type}) } @{ $table->{columns} };
	$self->do('insert into ' . name($table->{name}) . ' (' . join(', ', map { name($_->{name}) } @{ $table->{columns} }) . ') values ('
		. join(', ', map { value($row{ $_->{n} }) } @{ $table->{columns} }) . ');');
	$table->{rows}{$id} = \%row;
	$self->logged($table, undef, $id);
}

sub update
{
	my ($self, $table) = @_;
	my $id = pick(keys %{ $table->{rows} }) // return;
	my $column = pick(grep { !$_->{key} } @{ $table->{columns} }) // return;
	my $new = random_value($column->{type});
	my %before = %{ $table->{rows}{$id} };
	$self->do('update ' . name($table->{name}) . ' set ' . name($column->{name}) . ' = ' . value($new) . " where id = $id;");
	return if !defined $new && !defined $before{ $column->{n} } || defined $new && defined $before{ $column->{n} } && $new eq $before{ $column->{n} };
	$table->{rows}{$id}{ $column->{n} } = $new;
	# a column that the triggers do not know leaves no entry
	return $self->{last} = undef if $self->{sqlite} && !$table->{known}{ $column->{n} };
	$self->logged($table, \%before, $id);
}

sub change_key
{
	my ($self, $table) = @_;
	my $id = pick(keys %{ $table->{rows} }) // return;
	my ($to) = grep { !$table->{rows}{$_} } map { int rand 12 } 1 .. 9;
	return if !defined $to;
	my ($key) = grep { $_->{key} } @{ $table->{columns} };
	my %before = %{ $table->{rows}{$id} };
	$self->do('update ' . name($table->{name}) . " set id = $to where id = $id;");
	$table->{rows}{$to} = { %before, $key->{n} => $to };
	delete $table->{rows}{$id};
	$self->logged($table, \%before, $to);
}

sub remove
{
	my ($self, $table) = @_;
	my @ids = grep { rand() < .5 } keys %{ $table->{rows} };
	return if !@ids;
	my @before = map { $table->{rows}{$_} } @ids;
	$self->do('delete from ' . name($table->{name}) . ' where id in (' . join(', ', @ids) . ');');
	delete $table->{rows}{$_} for @ids;
	my ($batch) = $self->do('select max(batch) from dbarchive_deleted();');
	my $unknown = grep { !$table->{known}{ $_->{n} } } @{ $table->{columns} };
	push @{ $self->{batches} }, { id => $batch, table => $table, rows => [ map { +{%$_} } @before ], at => ++$self->{number},
		columns => [ map { +{%$_} } @{ $table->{columns} } ], unknown => $self->{sqlite} && $unknown ? 1 : 0 };
	$self->logged($table, @ids == 1 ? $before[0] : undef, undef);
	$self->{last} = undef if @ids > 1;
}

# Notes the last change, which can be undone.
sub logged
{
	my ($self, $table, $before, $after) = @_;
	my ($entry) = $self->do('select max(id) from dbaudit_log(' . text('{"limit": 1}') . ');');
	$self->{last} = { entry => $entry, table => $table, before => $before && {%$before}, after => $after, at => ++$self->{number},
		columns => [ map { +{%$_} } @{ $table->{columns} } ],
		unknown => scalar($self->{sqlite} && grep { !$table->{known}{ $_->{n} } } @{ $table->{columns} }) };
	return if rand() > .3;
	my ($time) = $self->do($self->{sqlite} ? "select strftime('%Y-%m-%dT%H:%M:%fZ', 'now');" : 'select clock_timestamp();');
	# the next change is later
	$self->do($self->{sqlite} ? "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000) select count(*) < 0 from n;"
		: 'select pg_sleep(0.002) is null;');
	my @rows = sort { $a <=> $b } keys %{ $table->{rows} };
	push @{ $self->{moments} }, { time => $time, table => $table, at => ++$self->{number},
		rows => [ map { +{ %{ $table->{rows}{$_} } } } @rows ], columns => [ map { +{ %$_, name => $self->{sqlite} ? $table->{known}{ $_->{n} } : $_->{name} } }
			grep { !$self->{sqlite} || $table->{known}{ $_->{n} } } @{ $table->{columns} } ] };
}

# ---- columns and tables ----

sub rename_column
{
	my ($self, $table) = @_;
	my $column = pick(grep { !$_->{key} } @{ $table->{columns} }) // return;
	my $new = $self->new_column($table, $column->{type}) // return;
	$self->do('alter table ' . name($table->{name}) . ' rename column ' . name($column->{name}) . ' to ' . name($new->{name}) . ';');
	$column->{name} = $new->{name};
}

sub exchange_columns
{
	my ($self, $table) = @_;
	my ($left, $right) = sort { rand() <=> .5 } grep { !$_->{key} } @{ $table->{columns} };
	return if !$right;
	my ($l, $r) = map { name($_->{name}) } $left, $right;
	$self->do("alter table " . name($table->{name}) . " rename column $_;") for "$l to z9", "$r to $l", "z9 to $r";
	($left->{name}, $right->{name}) = ($right->{name}, $left->{name});
}

sub add_column
{
	my ($self, $table) = @_;
	my $column = $self->new_column($table) // return;
	my $default = rand() < .5 ? undef : $column->{type} eq 'int' ? int(rand 9) : 'd';
	$self->do('alter table ' . name($table->{name}) . ' add column ' . name($column->{name}) . " $column->{type}"
		. (defined $default ? ' default ' . value($default) : '') . ';');
	$column->{default} = $default;
	push @{ $table->{columns} }, $column;
	$_->{ $column->{n} } = $default for values %{ $table->{rows} };
	$self->enable($table) if rand() < .6;
}

sub drop_column
{
	my ($self, $table) = @_;
	my @columns = grep { !$_->{key} } @{ $table->{columns} };
	return if @columns < 2;
	my $column = pick(@columns);
	my $shown = $self->argument($table);
	$self->do("select dbarchive_disable($shown) is null, dbaudit_disable($shown) is null;") if $self->{sqlite};
	$self->do('alter table ' . name($table->{name}) . ' drop column ' . name($column->{name}) . ';');
	@{ $table->{columns} } = grep { $_ != $column } @{ $table->{columns} };
	delete $_->{ $column->{n} } for values %{ $table->{rows} };
	if (rand() < .4)
	{
		my $again = { %$column, n => ++$self->{number}, default => undef };
		$self->do('alter table ' . name($table->{name}) . ' add column ' . name($again->{name}) . " $again->{type};");
		push @{ $table->{columns} }, $again;
		$_->{ $again->{n} } = undef for values %{ $table->{rows} };
	}
	$self->enable($table);
	$self->doubt($table);
}

sub alter_type
{
	my ($self, $table) = @_;
	return if $self->{sqlite};
	my $column = pick(grep { !$_->{key} && $_->{type} eq 'int' } @{ $table->{columns} }) // return;
	$self->do('alter table ' . name($table->{name}) . ' alter column ' . name($column->{name}) . ' type int using ' . name($column->{name}) . ' * 10;');
	defined $_->{ $column->{n} } and $_->{ $column->{n} } *= 10 for values %{ $table->{rows} };
	$self->doubt($table);
	$column->{altered} = ++$self->{number};
}

sub vacuum
{
	my ($self, $table) = @_;
	$self->do($self->{sqlite} ? 'vacuum;' : 'vacuum full ' . name($table->{name}) . ';');
	# the values of columns that were added are no longer known
	$self->doubt($table) if !$self->{sqlite};
}

sub rename_table
{
	my ($self, $table) = @_;
	my %taken = map { $_->{name} => 1 } @{ $self->{tables} };
	my $name = pick(grep { !$taken{$_} } @tables, 'v1', 'v 2');
	$self->do('alter table ' . name($table->{name}) . ' rename to ' . name($name) . ';');
	$table->{name} = $name;
	$self->enable($table) if rand() < .5;
}

sub exchange_tables
{
	my ($self, $table) = @_;
	my $other = pick(grep { $_ != $table } @{ $self->{tables} }) // return;
	$self->do("alter table $_;") for name($table->{name}) . ' rename to z9', name($other->{name}) . ' rename to ' . name($table->{name}), 'z9 rename to ' . name($other->{name});
	($table->{name}, $other->{name}) = ($other->{name}, $table->{name});
	$self->enable($table) if rand() < .5;
}

# ---- the past ----

# A row of then with the present columns.
sub as_now
{
	my ($table, $row) = @_;
	return { map { $_->{n} => exists $row->{ $_->{n} } ? $row->{ $_->{n} } : $_->{default} } @{ $table->{columns} } };
}

# Whether a call has succeeded; fails if it was refused without a reason or without doubt.
sub succeeded
{
	my ($self, $what, $may_refuse, @lines) = @_;
	my ($error) = grep { /error/i } @lines;
	$self->{seen}{ $error ? "$what refused" : $what }++;
	return 1 if !$error;
	die "$what: internal error: @lines\n" if $error =~ /internal|syntax|malformed|XX\d\d\d|no such|does not exist/;
	die "$what is refused without doubt: @lines\n" if !$may_refuse;
	return 0;
}

sub has_doubt { my ($self, $then) = @_; return ($then->{table}{doubt} // 0) > $then->{at} || $then->{unknown}; }

sub restore
{
	my ($self) = @_;
	my $batch = pick(@{ $self->{batches} }) // return;
	my $table = $batch->{table};
	my ($key) = grep { $_->{key} } @{ $table->{columns} };
	my $conflict = grep { $table->{rows}{ $_->{ $key->{n} } } } @{ $batch->{rows} };
	my @lines = $self->ask("select dbarchive_restore_batch($batch->{id}) is null;");
	return if !$self->succeeded('restore', $self->has_doubt($batch) || $conflict, @lines);
	die "restore: a row of this key was there\n" if $conflict;
	for my $row (@{ $batch->{rows} })
	{
		for my $column (@{ $batch->{columns} })
		{
			my ($now) = grep { $_->{n} == $column->{n} } @{ $table->{columns} };
			die "restore: column $column->{name} is gone\n" if !$now;
			die "restore: column $column->{name} has other values now\n" if ($now->{altered} // 0) > $batch->{at};
		}
		$table->{rows}{ $row->{ $key->{n} } } = as_now($table, $row);
	}
	@{ $self->{batches} } = grep { $_ != $batch } @{ $self->{batches} };
	$self->{last} = undef;
}

sub undo
{
	my ($self) = @_;
	my $last = $self->{last} // return;
	my $table = $last->{table};
	my ($key) = grep { $_->{key} } @{ $table->{columns} };
	# where the log does not know a column, it may be that the row has had another value
	my $is_new = $self->{sqlite} && !defined $last->{after} && grep { my $n = $_->{n}; !grep { $_->{n} == $n } @{ $last->{columns} } } @{ $table->{columns} };
	my @lines = $self->ask("select dbaudit_undo($last->{entry}) is null;");
	$self->{last} = undef;
	return if !$self->succeeded('undo', $self->has_doubt($last) || $is_new, @lines);
	my $now = defined $last->{after} ? delete $table->{rows}{ $last->{after} } : {};
	return if !$last->{before};
	my $row = as_now($table, $last->{before});
	for my $column (@{ $table->{columns} })
	{
		my ($then) = grep { $_->{n} == $column->{n} } @{ $last->{columns} };
		# columns that the change has left alone keep the value that they have
		$row->{ $column->{n} } = $now->{ $column->{n} } if %$now && (!$then || $column->{altered} && $column->{altered} > $last->{at} && !$column->{key});
	}
	$table->{rows}{ $row->{ $key->{n} } } = $row;
}

sub read_past
{
	my ($self) = @_;
	my $moment = pick(@{ $self->{moments} }) // return;
	my $table = $moment->{table};
	my @lines = $self->ask('select row_data from dbaudit_table_as_of(' . $self->argument($table) . ', ' . text($moment->{time}) . ');');
	# of a table that was renamed, and of one that was disabled since, there is no log
	return if !$self->succeeded('as of', 1, @lines);
	my ($key) = grep { $_->{key} } @{ $table->{columns} };
	$self->compare("as of $moment->{time}: table $table->{name}",
		[ sort { $a->{id} <=> $b->{id} } map { $json->decode($_) } @lines ],
		[ map { my $row = $_; +{ map { $_->{name} => $row->{ $_->{n} } } @{ $moment->{columns} } } } sort { $a->{ $key->{n} } <=> $b->{ $key->{n} } } @{ $moment->{rows} } ]);
}

sub run
{
	my ($self, $steps) = @_;
	my @steps = ((\&insert) x 8, (\&update) x 5, \&change_key, (\&remove) x 4, (\&rename_column) x 2, \&exchange_columns, (\&add_column) x 2,
		\&drop_column, \&alter_type, \&vacuum, \&rename_table, \&exchange_tables, \&enable);

	$self->create($_) for @tables[0 .. 1];
	for (1 .. $steps)
	{
		my $step = pick(@steps, (\&restore) x 4, (\&undo) x 3, (\&read_past) x 2);
		$self->$step(pick(@{ $self->{tables} }));
		$self->compare_all("step $_");
	}
}

1;
