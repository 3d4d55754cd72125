//! What the ports of the runtime are made of: the sled journal and the artifact store.
