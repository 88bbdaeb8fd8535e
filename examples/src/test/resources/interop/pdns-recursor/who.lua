function preresolve(dq)
  local text = "src=" .. dq.remoteaddr:toStringWithPort() .. " dst=" .. dq.localaddr:toStringWithPort()
  for _, tlv in ipairs(dq:getProxyProtocolValues()) do
    text = text .. " tlv" .. tlv:getType() .. "=" .. (tlv:getContent():gsub("[^%w%.%-]", "_"))
  end
  dq:addAnswer(pdns.TXT, "\"" .. text:sub(1, 250) .. "\"", 0)
  return true
end
