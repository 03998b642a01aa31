CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer integer NOT NULL REFERENCES customer (id),
    placed_on date NOT NULL
);
