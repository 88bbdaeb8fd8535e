"""Answers with the addresses that Twisted's HAProxy endpoint took from the header."""
import sys

from twisted.internet import endpoints, protocol, reactor


class Who(protocol.Protocol):
    answered = False

    def dataReceived(self, data):
        if not self.answered:
            self.answered = True
            line = "src=%s dst=%s\n" % (self.transport.getPeer(), self.transport.getHost())
            self.transport.write(line.encode())
            self.transport.loseConnection()


endpoints.serverFromString(
    reactor, "haproxy:tcp:%s:interface=127.0.0.1" % sys.argv[1]
).listen(protocol.Factory.forProtocol(Who))
reactor.run()
