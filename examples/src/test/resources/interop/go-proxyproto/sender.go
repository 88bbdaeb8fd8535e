// Connects, writes a header of the kind that was asked for, and a line behind it.
package main

import (
	"fmt"
	"io"
	"net"
	"os"

	proxyproto "github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"
)

func tcp(text string) net.Addr {
	address, err := net.ResolveTCPAddr("tcp", text)
	if err != nil {
		panic(err)
	}
	return address
}

func header(kind string) *proxyproto.Header {
	v4 := &proxyproto.Header{Version: 2, Command: proxyproto.PROXY, TransportProtocol: proxyproto.TCPv4,
		SourceAddr: tcp("203.0.113.7:45678"), DestinationAddr: tcp("198.51.100.9:8443")}
	v6 := &proxyproto.Header{Version: 2, Command: proxyproto.PROXY, TransportProtocol: proxyproto.TCPv6,
		SourceAddr: tcp("[2001:db8::7]:45678"), DestinationAddr: tcp("[2001:db8:1::9]:8443")}
	switch kind {
	case "v1-ipv4":
		v4.Version = 1
		return v4
	case "v1-ipv6":
		v6.Version = 1
		return v6
	case "v1-unknown":
		return &proxyproto.Header{Version: 1, Command: proxyproto.PROXY, TransportProtocol: proxyproto.UNSPEC}
	case "v2-ipv4":
		return v4
	case "v2-ipv6":
		return v6
	case "v2-local":
		return &proxyproto.Header{Version: 2, Command: proxyproto.LOCAL, TransportProtocol: proxyproto.UNSPEC}
	case "v2-unix":
		v4.TransportProtocol = proxyproto.UnixStream
		v4.SourceAddr = &net.UnixAddr{Net: "unix", Name: "/run/source.sock"}
		v4.DestinationAddr = &net.UnixAddr{Net: "unix", Name: "/run/destination.sock"}
		return v4
	case "v2-tlvs":
		ssl := tlvparse.PP2SSL{Client: 7, Verify: 0, TLV: []proxyproto.TLV{
			{Type: proxyproto.PP2_SUBTYPE_SSL_VERSION, Value: []byte("TLSv1.3")},
			{Type: proxyproto.PP2_SUBTYPE_SSL_CN, Value: []byte("client.example.org")}}}
		sslTlv, err := ssl.Marshal()
		if err != nil {
			panic(err)
		}
		err = v4.SetTLVs([]proxyproto.TLV{
			{Type: proxyproto.PP2_TYPE_ALPN, Value: []byte("h2")},
			{Type: proxyproto.PP2_TYPE_AUTHORITY, Value: []byte("www.example.org")},
			{Type: 0x05, Value: []byte("id-4711")},
			sslTlv,
			{Type: proxyproto.PP2_TYPE_NETNS, Value: []byte("netns-1")},
			{Type: 0xE0, Value: []byte("custom")}})
		if err != nil {
			panic(err)
		}
		return v4
	}
	panic(kind)
}

func main() {
	connection, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	if _, err := header(os.Args[2]).WriteTo(connection); err != nil {
		panic(err)
	}
	fmt.Fprint(connection, "hello\n")
	io.Copy(io.Discard, connection)
}
