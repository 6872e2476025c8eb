// Command etcd is the etcd server. The project's own main package stands in a
// module full of replace directives and cannot be built as a dependency.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
