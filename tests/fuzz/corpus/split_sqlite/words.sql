select
1;;create trigger;;end;x;end;