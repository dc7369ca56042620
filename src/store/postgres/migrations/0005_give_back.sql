-- When a node that drains gives back what it runs still.
ALTER TABLE nodes ADD COLUMN give_back_ns bigint;
