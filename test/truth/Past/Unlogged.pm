# Tables some of whose columns are not logged, in histories: changes of several rows that
# are undone together.
package Past;
use strict;
use warnings;

# A row that comes back has null in these columns, one that was there keeps what it has.
sub undo_unlogged
{
	my ($self) = @_;
	return if $self->{in_transaction};
	my $name = 'unlogged_' . $self->next_number;
	my @columns = map { { name => "c$_", kind => $self->random_kind, is_logged => rand() < .5 } } 1 .. 2 + rand 3;
	$columns[0]{is_logged} = 0;
	my $excluded = join ', ', map { "\"$_->{name}\"" } grep { !$_->{is_logged} } @columns;
	$self->do("create table $name (id int primary key, " . join(', ', map { "$_->{name} $self->{kinds}{ $_->{kind} }{type}" } @columns) . ');'
		. "\nselect dbaudit_enable('$name', '{\"exclude\": [$excluded]}') is null;");

	my $row = sub { +{ map { $_->{name} => $self->random_value($_) } @columns } };
	my $insert = sub { my ($id, $values) = @_; "insert into $name values ($id, " . join(', ', map { $self->literal($_, $values->{ $_->{name} }) } @columns) . ');' };
	my %rows = map { $_ => $row->() } 1 .. 4 + rand 6;
	$self->do(join "\n", map { $insert->($_, $rows{$_}) } sort { $a <=> $b } keys %rows);

	my @statements;
	for my $id (sort { $a <=> $b } keys %rows)
	{
		my $dice = rand;
		if ($dice < .4)
		{
			my @set = grep { rand() < .6 } @columns or next;
			my $to = $row->();
			push @statements, "update $name set " . join(', ', map { "$_->{name} = " . $self->literal($_, $to->{ $_->{name} }) } @set) . " where id = $id;";
			$rows{$id}{ $_->{name} } = $to->{ $_->{name} } for grep { !$_->{is_logged} } @set;
		}
		elsif ($dice < .8)
		{
			push @statements, "delete from $name where id = $id;";
			$rows{$id}{ $_->{name} } = 'n' for grep { !$_->{is_logged} } @columns;
		}
	}
	push @statements, $insert->(100, $row->());
	$self->do(join "\n", "begin;\nselect dbaudit_actor('$name') is null;", (sort { rand() <=> .5 } @statements), 'commit;');
	$self->do("select dbaudit_undo(null, '{\"actor\": \"$name\", \"since\": \"2000-01-01\"}') is null;");

	my @is = sort $self->do('select ' . join(" || ' ' || ", 'id', map { $self->exact($_->{name}) } @columns) . " from $name;");
	my @expected = sort map { my $id = $_; join ' ', $id, map { $rows{$id}{ $_->{name} } } @columns } keys %rows;
	$self->compare("undo of $name, of which c1 is not logged", \@is, \@expected);
	$self->{seen}{'undo with columns that are not logged'}++;
	$self->do("select dbaudit_disable('$name') is null;\ndrop table $name;");
	$self->{model}{last} = undef;
}

1;
