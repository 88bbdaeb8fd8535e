/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Datagrams.CLIENT;
import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static io.github.proxyheader.testing.Datagrams.TARGET;
import static io.github.proxyheader.testing.Datagrams.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.Datagrams;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Children of a datagram channel that have the client's address as their remote address. */
class ChildClientsTest {
  private static final byte[] WITH_VECTORS =
      ProxyHeaderWriter.toBytes(
          header(CLIENT).toBuilder().tlvs(Tlvs.builder().authority("a.example").build()).build());

  @RegisterExtension final Datagrams datagrams = new Datagrams();

  private final List<EmbeddedChannel> children = new ArrayList<>();
  private final ProxiedDatagramFlows flows = new ProxiedDatagramFlows();

  @AfterEach
  void closeChildren() {
    children.forEach(EmbeddedChannel::finish);
  }

  private Datagrams flows() {
    return datagrams.with(new ProxyHeaderDatagramDecoder(), flows);
  }

  /** Returns a child whose remote address can be changed. */
  private EmbeddedChannel child(Channel parent, SocketAddress... remote) {
    EmbeddedChannel child =
        new EmbeddedChannel(parent, DefaultChannelId.newInstance(), true, false) {
          @Override
          protected SocketAddress remoteAddress0() {
            return remote[0];
          }

          @Override
          public SocketAddress remoteAddress() {
            return remote[0];
          }

          @Override
          public SocketAddress localAddress() {
            return SERVER;
          }
        };
    children.add(child);
    return child;
  }

  @Test
  void childAndGrandchildHaveTheClientOfTheFlow() {
    flows().receive(WITH_VECTORS);
    EmbeddedChannel child = child(datagrams.channel, CLIENT);
    ProxiedAddress client = ProxiedAddress.of(child(child, new LocalAddress("stream")));

    assertThat(client.source()).isEqualTo(CLIENT);
    assertThat(client.destination()).isEqualTo(TARGET);
    assertThat(client.peer()).isEqualTo(PROXY);
    assertThat(client.local()).isEqualTo(SERVER);
    assertThat(ProxiedAddress.of(child)).isSameAs(client);
  }

  @Test
  void childThatIsMadeWhileItsFirstDatagramIsHandledHasTheVectors() {
    EmbeddedChannel child = child(datagrams.channel, CLIENT);
    List<ProxiedAddress> seen = new ArrayList<>();
    datagrams.onRead(ctx -> seen.add(ProxiedAddress.of(child)));
    flows().receive(WITH_VECTORS);

    assertThat(seen.get(0).tlvs().authority()).contains("a.example");
    assertThat(ProxiedAddress.of(child)).isSameAs(seen.get(0));
  }

  @Test
  void clientThatMovesToAnotherAddressIsTheClientOfThatAddress() {
    SocketAddress[] remote = {CLIENT};
    EmbeddedChannel child = child(datagrams.channel, remote);
    flows().receive(WITH_VECTORS).receive(Datagrams.headerBytes(TARGET));
    assertThat(ProxiedAddress.of(child).source()).isEqualTo(CLIENT);
    remote[0] = TARGET;
    assertThat(ProxiedAddress.of(child).source()).isEqualTo(TARGET);
    assertThat(ProxiedAddress.of(child).isProxied()).isTrue();
    remote[0] = Addresses.inet("192.0.2.66", 1);
    assertThat(ProxiedAddress.of(child).source()).isEqualTo(remote[0]);
    assertThat(ProxiedAddress.of(child).isProxied()).isFalse();
  }

  @Test
  void childKeepsItsClientWhenTheFlowHasEnded() {
    flows().receive(WITH_VECTORS);
    EmbeddedChannel child = child(datagrams.channel, CLIENT);
    ProxiedAddress client = ProxiedAddress.of(child);
    datagrams.channel.pipeline().remove(flows);
    assertThat(datagrams.channel.attr(ProxiedAddress.CHILDREN).get()).isNull();
    assertThat(ProxiedAddress.of(child).source()).isEqualTo(client.source());
  }

  @Test
  void ownAddressOfAChildComesFirst() {
    flows().receive(WITH_VECTORS);
    EmbeddedChannel child = child(datagrams.channel, CLIENT);
    ProxiedAddress own = ProxiedAddress.of(null, TARGET, SERVER);
    child.attr(ProxiedAddress.KEY).set(own);
    assertThat(ProxiedAddress.of(child)).isSameAs(own);
  }

  @Test
  void childWithoutAnIpAddressHasItsOwnAddresses() {
    flows();
    EmbeddedChannel child = child(datagrams.channel, new LocalAddress("child"));
    assertThat(ProxiedAddress.of(child).source()).isEqualTo(new LocalAddress("child"));
  }
}
