"""SQL of the room: people, proposed and confirmed changes of where money goes."""
